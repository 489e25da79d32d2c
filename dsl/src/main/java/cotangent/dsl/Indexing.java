package cotangent.dsl;

import cotangent.dsl.ir.Op;
import java.util.List;

/**
 * Operations that pick or place elements by index values. Indices are I32 and count from zero; one outside its axis is
 * an {@link InvalidDataException} when it runs, except where a method says that it clamps.
 *
 * @param <V> the kind of value
 */
public sealed interface Indexing<V extends Array<V>> extends Operand<V> permits Array {
    /** The entries along an axis at the given indices, whose shape replaces the axis. */
    default V gather(int axis, V indices) {
        return operation(new Op.Gather(Axes.normalize("gather", rank(), axis).at(0), 0), List.of(self(), indices));
    }

    /** This value with {@code updates} (shaped like {@code gather(axis, indices)}) added at the given indices. */
    default V scatterAdd(int axis, V indices, V updates) {
        return operation(new Op.ScatterAdd(Axes.normalize("scatterAdd", rank(), axis).at(0), 0), List.of(self(),
                indices, updates));
    }

    /** Of I32 classes: a last axis of extent {@code depth} with 1 at the class and 0 elsewhere (all 0 if outside). */
    default V oneHot(int depth, DType dtype) {
        Shape wide = shape().insert(rank(), depth);
        V classes = operation(new Op.Iota(new TensorType(DType.I32, wide), rank()), List.of());
        return self().expandDims(-1).broadcastTo(wide).equalTo(classes).cast(dtype);
    }

    /** {@code 0, 1, ..., extent - 1} in this value's dtype. */
    default V iota(int extent) {
        return operation(new Op.Iota(TensorType.of(dtype(), extent), 0), List.of());
    }

    /**
     * A block of the given extents that starts at computed positions, moved inwards where it would stick out.
     *
     * @param starts I32, one per axis
     */
    default V dynamicSlice(V starts, int... extents) {
        V result = self();
        for (int axis = 0; axis < rank(); axis++) {
            result = result.gather(axis, positions(starts, axis, extents[axis]));
        }
        return result;
    }

    /**
     * This value with a block replaced, which starts at computed positions and is moved inwards where it would stick
     * out.
     *
     * @param starts I32, one per axis
     */
    default V dynamicUpdate(V starts, V block) {
        V placed = block;
        V covered = block.filled(1).stopGradient();
        for (int axis = 0; axis < rank(); axis++) {
            V target = constant(Tensor.scalar(0, dtype()))
                    .broadcastTo(placed.shape().with(axis, shape().extent(axis)));
            V positions = positions(starts, axis, block.shape().extent(axis));
            placed = target.scatterAdd(axis, positions, placed);
            covered = target.scatterAdd(axis, positions, covered);
        }
        return covered.greaterThan(0).where(placed, self());
    }

    private V positions(V starts, int axis, int extent) {
        V start = starts.at(0, axis);
        V room = start.filled(shape().extent(axis) - extent);
        V clamped = start.max(start.filled(0)).min(room);
        return clamped.plus(start.iota(extent));
    }
}
