package cotangent.linalg.block;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;

/** Blocks [n, k] as the sets of their columns; sums accumulate in float64 whatever the dtype. */
public final class Columns {
    private Columns() {}

    /** The inner product of each column of one block with the same column of another of its type: k numbers. */
    public static double[] dots(Tensor left, Tensor right) {
        int n = left.shape().extent(0);
        int k = left.shape().extent(1);
        double[] sums = new double[k];
        if (left.dtype() == DType.F64) {
            double[] a = Storage.doubles(left);
            double[] b = Storage.doubles(right);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < k; j++) {
                    sums[j] += a[i * k + j] * b[i * k + j];
                }
            }
        } else {
            float[] a = Storage.floats(left);
            float[] b = Storage.floats(right);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < k; j++) {
                    sums[j] += (double) a[i * k + j] * b[i * k + j];
                }
            }
        }
        return sums;
    }

    /** The elements in float64, row-major: the tensor's own array where it is F64, which must not be written to. */
    public static double[] widened(Tensor block) {
        return block.dtype() == DType.F64 ? Storage.doubles(block) : block.toDoubles();
    }

    /** The block in float64: itself where it is. */
    public static Tensor wide(Tensor block) {
        return block.dtype() == DType.F64 ? block : Tensor.wrap(block.shape(), block.toDoubles());
    }

    /** A matrix [n, k] in a dtype over float64 elements: over the array itself where the dtype is F64. */
    public static Tensor narrowed(DType dtype, int n, int k, double[] elements) {
        Shape shape = Shape.of(n, k);
        if (dtype == DType.F64) {
            return Tensor.wrap(shape, elements);
        }
        float[] rounded = new float[elements.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) elements[i];
        }
        return Tensor.wrap(shape, rounded);
    }

    /** Columns {@code from, ..., to - 1} of a block. */
    public static Tensor range(Tensor block, int from, int to) {
        int n = block.shape().extent(0);
        int k = block.shape().extent(1);
        if (from == 0 && to == k) {
            return block;
        }
        int width = to - from;
        Shape shape = Shape.of(n, width);
        Object source = Storage.array(block);
        Object target = block.dtype() == DType.F64 ? new double[shape.size()] : new float[shape.size()];
        for (int i = 0; i < n; i++) {
            System.arraycopy(source, i * k + from, target, i * width, width);
        }
        return target instanceof double[] wide ? Tensor.wrap(shape, wide) : Tensor.wrap(shape, (float[]) target);
    }

    /** Two blocks of vectors of one length and dtype side by side. */
    public static Tensor join(Tensor left, Tensor right) {
        int n = left.shape().extent(0);
        int p = left.shape().extent(1);
        int q = right.shape().extent(1);
        Shape shape = Shape.of(n, p + q);
        Object target = left.dtype() == DType.F64 ? new double[shape.size()] : new float[shape.size()];
        for (int i = 0; i < n; i++) {
            System.arraycopy(Storage.array(left), i * p, target, i * (p + q), p);
            System.arraycopy(Storage.array(right), i * q, target, i * (p + q) + p, q);
        }
        return target instanceof double[] wide ? Tensor.wrap(shape, wide) : Tensor.wrap(shape, (float[]) target);
    }

    /** Columns {@code from, ..., to - 1} of the identity of size n. */
    public static Tensor identity(DType dtype, int n, int from, int to) {
        int k = to - from;
        double[] elements = new double[Shape.of(n, k).size()];
        for (int j = 0; j < k; j++) {
            elements[(from + j) * k + j] = 1;
        }
        return narrowed(dtype, n, k, elements);
    }

    /** A·C for a block A [n, p] of any dtype and float64 coefficients C [p, k]: a float64 block [n, k]. */
    public static Tensor multiply(Tensor block, Tensor coefficients) {
        int n = block.shape().extent(0);
        int p = block.shape().extent(1);
        int k = coefficients.shape().extent(1);
        double[] product = new double[Shape.of(n, k).size()];
        Gemm.dgemm(n, k, p, 1, widened(block), 0, p, 1, widened(coefficients), 0, k, 1, 0, product, 0, k);
        return Tensor.wrap(Shape.of(n, k), product);
    }

    /** The inner products of all columns of one block [n, p] with all of another [n, k]: float64 [p, k]. */
    public static Tensor inner(Tensor left, Tensor right) {
        int n = left.shape().extent(0);
        int p = left.shape().extent(1);
        int k = right.shape().extent(1);
        double[] product = new double[Shape.of(p, k).size()];
        Gemm.dgemm(p, k, n, 1, widened(left), 0, 1, p, widened(right), 0, k, 1, 0, product, 0, k);
        return Tensor.wrap(Shape.of(p, k), product);
    }

    /** The sum of two float64 blocks of one shape. */
    public static Tensor plus(Tensor left, Tensor right) {
        double[] sum = Storage.doubles(left).clone();
        double[] addend = Storage.doubles(right);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += addend[i];
        }
        return Tensor.wrap(left.shape(), sum);
    }

    /** The difference of two float64 blocks of one shape. */
    public static Tensor minus(Tensor left, Tensor right) {
        double[] difference = Storage.doubles(left).clone();
        double[] subtrahend = Storage.doubles(right);
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= subtrahend[i];
        }
        return Tensor.wrap(left.shape(), difference);
    }

    /** The sum of the squares of all elements. */
    public static double sumOfSquares(Tensor block) {
        double sum = 0;
        for (double square : dots(block, block)) {
            sum += square;
        }
        return sum;
    }

    /** The transpose of a matrix. */
    public static Tensor transposed(Tensor matrix) {
        int n = matrix.shape().extent(0);
        int k = matrix.shape().extent(1);
        if (matrix.dtype() == DType.F64) {
            double[] source = Storage.doubles(matrix);
            double[] target = new double[source.length];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < k; j++) {
                    target[j * n + i] = source[i * k + j];
                }
            }
            return Tensor.wrap(Shape.of(k, n), target);
        }
        float[] source = Storage.floats(matrix);
        float[] target = new float[source.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                target[j * n + i] = source[i * k + j];
            }
        }
        return Tensor.wrap(Shape.of(k, n), target);
    }
}
