package cotangent.dsl.reference;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import java.util.List;

/** Primitives that move elements and compute nothing. */
final class LayoutKernels {
    private LayoutKernels() {}

    /** The kernel of an operation that only moves elements, for values of any dtype. */
    static Kernel of(Op op, List<TensorType> in, TensorType out) {
        TensorType first = in.getFirst();
        return switch (op) {
            case Op.Transpose transpose -> transpose(transpose.permutation(), first);
            case Op.Reshape _,Op.StopGradient _ -> inputs -> inputs[0];
            case Op.Broadcast broadcast -> broadcast(broadcast, first);
            case Op.Reverse reverse -> reverse(reverse.axes(), first);
            case Op.Slice slice -> slice(slice, first, out);
            case Op.Pad pad -> pad(pad, first, out);
            case Op.Concat concat -> concat(concat.axis(), in, out);
            default -> throw new AssertionError(op);
        };
    }

    static Kernel iota(TensorType out, int axis) {
        int extent = out.shape().extent(axis);
        int inner = out.shape().strides()[axis];
        int[] indices = new int[out.size()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = i / inner % extent;
        }
        Object result = CastKernels.cast(DType.I32, out.dtype()).apply(new Object[]{indices});
        return inputs -> result;
    }

    static Kernel transpose(Axes permutation, TensorType in) {
        if (permutation.isIdentity()) {
            return inputs -> inputs[0];
        }
        TensorType out = in.with(in.shape().select(permutation));
        return copy(new StridedWalk(out.shape().toArray(), 0, select(in.shape().strides(), permutation), 0, out.shape()
                .strides()), out);
    }

    private static int[] select(int[] strides, Axes axes) {
        return axes.stream().map(axis -> strides[axis]).toArray();
    }

    private static Kernel copy(StridedWalk walk, TensorType out) {
        return inputs -> walk.copy(inputs[0], Elements.zeros(out));
    }

    private static Kernel broadcast(Op.Broadcast op, TensorType in) {
        TensorType out = in.with(op.shape());
        int[] strides = new int[out.rank()];
        int[] own = in.shape().strides();
        for (int i = 0; i < in.rank(); i++) {
            strides[op.axes().at(i)] = own[i];
        }
        return copy(new StridedWalk(out.shape().toArray(), 0, strides, 0, out.shape().strides()), out);
    }

    private static Kernel reverse(Axes axes, TensorType type) {
        int[] strides = type.shape().strides();
        int last = 0;
        for (int axis : axes.toArray()) {
            last += (type.shape().extent(axis) - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }
        return copy(new StridedWalk(type.shape().toArray(), last, strides, 0, type.shape().strides()), type);
    }

    private static Kernel slice(Op.Slice op, TensorType in, TensorType out) {
        int[] strides = in.shape().strides();
        int first = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            first += op.starts().at(axis) * strides[axis];
            strides[axis] *= op.strides().at(axis);
        }
        return copy(new StridedWalk(out.shape().toArray(), first, strides, 0, out.shape().strides()), out);
    }

    private static Kernel pad(Op.Pad op, TensorType in, TensorType out) {
        int[] strides = out.shape().strides();
        int first = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            first += op.low().at(axis) * strides[axis];
            strides[axis] *= op.interior().at(axis) + 1;
        }
        return copy(new StridedWalk(in.shape().toArray(), 0, in.shape().strides(), first, strides), out);
    }

    private static Kernel concat(int axis, List<TensorType> in, TensorType out) {
        int[] strides = out.shape().strides();
        StridedWalk[] walks = new StridedWalk[in.size()];
        int position = 0;
        for (int i = 0; i < walks.length; i++) {
            TensorType part = in.get(i);
            walks[i] = new StridedWalk(part.shape().toArray(), 0, part.shape().strides(), position * strides[axis],
                    strides);
            position += part.shape().extent(axis);
        }
        return inputs -> {
            Object result = Elements.zeros(out);
            for (int i = 0; i < walks.length; i++) {
                walks[i].copy(inputs[i], result);
            }
            return result;
        };
    }
}
