package cotangent.dsl;

import cotangent.dsl.ir.Op;
import java.util.List;

/**
 * What every fluent operation is made of: a type, and the application of a primitive.
 *
 * @param <V> the kind of value: {@link Expr} builds a graph, {@link Tensor} computes at once
 */
public sealed interface Operand<V extends Array<V>> permits Elementwise, Reductions, Layout, Indexing, Products {
    /** Element type and shape. */
    TensorType type();

    /**
     * A primitive applied to values of this kind (the receiver only tells the kind).
     *
     * @throws ShapeException if the inputs do not fit
     */
    V operation(Op op, List<V> inputs);

    /** A tensor as a value of this kind. */
    V constant(Tensor tensor);

    /** This value. */
    V self();

    /** Element type. */
    default DType dtype() {
        return type().dtype();
    }

    /** Extents of the axes. */
    default Shape shape() {
        return type().shape();
    }

    /** Number of axes. */
    default int rank() {
        return type().rank();
    }

    /** A primitive applied to this value alone. */
    default V operation(Op op) {
        return operation(op, List.of(self()));
    }

    /** This value's dtype and shape with every element {@code value}. */
    default V filled(double value) {
        return constant(Tensor.scalar(value, dtype())).broadcastTo(shape());
    }
}
