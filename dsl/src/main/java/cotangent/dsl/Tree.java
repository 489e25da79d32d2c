package cotangent.dsl;

import java.util.List;

/** What goes into a function and comes out of it: a tensor, named parameters, or a tuple of trees. */
public sealed interface Tree permits Tensor, Params, Tuple {
    /** The tree's form: names, order, dtypes and shapes. */
    Structure structure();

    /** The tensors of the tree, in order. */
    List<Tensor> leaves();

    /** A tuple of trees. */
    static Tuple tuple(Tree... parts) {
        return new Tuple(List.of(parts));
    }

    /**
     * This tree as the one tensor that it is.
     *
     * @throws ShapeException if it is not a tensor
     */
    default Tensor asTensor() {
        if (this instanceof Tensor tensor) {
            return tensor;
        }
        throw new ShapeException("expected a tensor, got " + structure() + "; choose an entry with get");
    }

    /**
     * This tree as the named parameters that it is.
     *
     * @throws ShapeException if it is not
     */
    default Params asParams() {
        if (this instanceof Params params) {
            return params;
        }
        throw new ShapeException("expected parameters, got " + structure());
    }

    /**
     * This tree as the tuple that it is.
     *
     * @throws ShapeException if it is not
     */
    default Tuple asTuple() {
        if (this instanceof Tuple tuple) {
            return tuple;
        }
        throw new ShapeException("expected a tuple, got " + structure());
    }
}
