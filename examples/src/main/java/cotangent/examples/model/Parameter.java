package cotangent.examples.model;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;

/**
 * One parameter of a layer: what the file calls it, and how it lies there and here.
 *
 * @param name   in the file, such as {@code 0.weight}
 * @param shape  in the file
 * @param order  the file's axes in the order in which they are used here; empty for the same
 * @param bound  fresh values are uniform between minus and plus this, which is PyTorch's default; 0 for {@code start}
 * @param start  the fresh value where the bound is 0
 */
record Parameter(String name, Shape shape, int[] order, double bound, double start) {
    static Parameter uniform(String name, double bound, int[] order, int... shape) {
        return new Parameter(name, Shape.of(shape), order, bound, 0);
    }

    static Parameter constant(String name, double start, int... shape) {
        return new Parameter(name, Shape.of(shape), new int[0], 0, start);
    }

    /** As it is used here. */
    Tensor arranged(Tensor stored) {
        return order.length == 0 ? stored : stored.transpose(order);
    }

    /** A fresh one, as it is used here. */
    Tensor init(Key key, DType dtype) {
        Tensor unit = key.uniform(shape, DType.F64).times(2).minus(1);
        return arranged(unit.times(bound).plus(start)).cast(dtype);
    }
}
