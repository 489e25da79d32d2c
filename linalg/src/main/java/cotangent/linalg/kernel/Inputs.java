package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.List;

/** Checks at the kernels' doors, and sets of inputs cut into strips. */
final class Inputs {
    private Inputs() {}

    /** Two sets of points of as many features and one dtype. */
    static void requirePoints(String kernel, Tensor x1, Tensor x2) {
        if (x1.rank() != 2 || x2.rank() != 2 || !x1.dtype().isFloating() || x1.dtype() != x2.dtype()
                || x1.shape().extent(1) != x2.shape().extent(1)) {
            throw new ShapeException(
                    "%s: expected two sets of points [n, features] of as many features, both f32 or f64, got %s and %s"
                            .formatted(kernel, x1.type(), x2.type()));
        }
    }

    /** A set of inputs: [n, ...] with n from 1, floating point and finite. */
    static void requireSet(String name, Tensor x) {
        if (x.rank() < 1 || !x.dtype().isFloating() || x.shape().extent(0) == 0) {
            throw new ShapeException("%s: expected a set of inputs [n, ...] of f32 or f64 with n at least 1, got %s"
                    .formatted(name, x.type()));
        }
        requireFinite(name, "an input", x);
    }

    /** Targets [n] or [n, c] of a dtype, finite. */
    static void requireTargets(String name, int n, DType dtype, Tensor y) {
        if (y.rank() < 1 || y.rank() > 2 || y.shape().extent(0) != n || y.dtype() != dtype) {
            throw new ShapeException("%s: expected targets %s[%d] or [%d, outputs], got %s".formatted(name, dtype, n, n,
                    y.type()));
        }
        requireFinite(name, "a target", y);
    }

    static void requireFinite(String name, String what, Tensor x) {
        double[] elements = x.dtype() == DType.F64 ? Storage.doubles(x) : x.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            if (!Double.isFinite(elements[i])) {
                throw new InvalidDataException("%s: %s is %s, element %d of %s; leave it out or fill it in".formatted(
                        name, what, elements[i], i, x.type()));
            }
        }
    }

    /** Rows {@code from, ..., to - 1} of a set. */
    static Tensor rows(Tensor x, int from, int to) {
        int[] extents = new int[x.rank()];
        int size = 1;
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = axis == 0 ? to - from : x.shape().extent(axis);
            size *= axis == 0 ? 1 : extents[axis];
        }
        return wrap(Shape.of(extents), slice(x, from * size, (to - from) * size));
    }

    /**
     * The chosen rows of a set, in order.
     *
     * @throws ShapeException if an index is not one of a row
     */
    static Tensor rows(Tensor x, int[] chosen) {
        int[] extents = new int[x.rank()];
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = axis == 0 ? chosen.length : x.shape().extent(axis);
        }
        Shape shape = Shape.of(extents);
        int size = x.shape().size() / Math.max(1, x.shape().extent(0));
        Object elements = x.dtype() == DType.F64 ? new double[shape.size()] : new float[shape.size()];
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] < 0 || chosen[i] >= x.shape().extent(0)) {
                throw new ShapeException("expected indices from 0 to %d, got %d".formatted(x.shape().extent(0) - 1,
                        chosen[i]));
            }
            System.arraycopy(Storage.array(x), chosen[i] * size, elements, i * size, size);
        }
        return wrap(shape, elements);
    }

    private static Object slice(Tensor x, int from, int length) {
        Object elements = x.dtype() == DType.F64 ? new double[length] : new float[length];
        System.arraycopy(Storage.array(x), from, elements, 0, length);
        return elements;
    }

    /** A set cut into strips of so many rows, the last one shorter. */
    static List<Tensor> strips(Tensor x, int height) {
        List<Tensor> strips = new ArrayList<>();
        int n = x.shape().extent(0);
        for (int from = 0; from < n; from += height) {
            strips.add(rows(x, from, Math.min(n, from + height)));
        }
        return strips;
    }

    static Tensor wrap(Shape shape, Object elements) {
        return elements instanceof double[] wide ? Tensor.wrap(shape, wide) : Tensor.wrap(shape, (float[]) elements);
    }
}
