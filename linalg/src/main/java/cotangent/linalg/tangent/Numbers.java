package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;

/** An array of float32 or float64 numbers: products in its own dtype, sums in float64. */
sealed interface Numbers {
    /** The array behind a tensor, not to be written to. */
    static Numbers of(Tensor tensor) {
        return tensor.dtype() == DType.F64 ? new F64(Storage.doubles(tensor)) : new F32(Storage.floats(tensor));
    }

    /** An array of a dtype to write to. */
    static Numbers zeros(DType dtype, int size) {
        return dtype == DType.F64 ? new F64(new double[size]) : new F32(new float[size]);
    }

    /** An array of ones. */
    static Numbers ones(DType dtype, int size) {
        Numbers ones = zeros(dtype, size);
        switch (ones) {
            case F64(double[] array) -> Arrays.fill(array, 1);
            case F32(float[] array) -> Arrays.fill(array, 1);
        }
        return ones;
    }

    /** One of them, widened. */
    double get(int at);

    /** The sum of the squares of n of them, one after the other. */
    default double squares(int from, int n) {
        return inner(from, this, from, n);
    }

    /** Adds the square of each of as many of them as there are sums. */
    void addSquares(int from, double[] sums);

    /** The inner product of n of them with as many of another array of the dtype. */
    double inner(int from, Numbers other, int otherFrom, int n);

    /** Makes n of them zero. */
    void clear(int from, int n);

    /** Adds each of another array's numbers at its place. */
    void scatterAdd(int from, Numbers other, int[] places);

    /** Adds the first numbers of another array to the first of this one. */
    void add(Numbers other, int n);

    /** This array's C := A·B, or C + A·B, for operands of its dtype; C begins at 0, its rows lie {@code row} apart. */
    void product(int m, int n, int k, Matrix a, Matrix b, boolean add, int from, int row);

    /** A strided matrix in an array. */
    record Matrix(Numbers array, int from, int row, int column) {
        Matrix transpose() {
            return new Matrix(array, from, column, row);
        }

        /** All but the first rows. */
        Matrix below(int rows) {
            return new Matrix(array, from + rows * row, row, column);
        }
    }

    /** Eight sums side by side, so that none waits for the one before. */
    record F64(double[] array) implements Numbers {
        @Override
        public double get(int at) {
            return array[at];
        }

        @Override
        public void addSquares(int from, double[] sums) {
            for (int i = 0; i < sums.length; i++) {
                double value = array[from + i];
                sums[i] += value * value;
            }
        }

        @Override
        public double inner(int from, Numbers other, int otherFrom, int n) {
            double[] b = ((F64) other).array;
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            double s4 = 0;
            double s5 = 0;
            double s6 = 0;
            double s7 = 0;
            int i = 0;
            for (; i + 8 <= n; i += 8) {
                int p = from + i;
                int q = otherFrom + i;
                s0 += array[p] * b[q];
                s1 += array[p + 1] * b[q + 1];
                s2 += array[p + 2] * b[q + 2];
                s3 += array[p + 3] * b[q + 3];
                s4 += array[p + 4] * b[q + 4];
                s5 += array[p + 5] * b[q + 5];
                s6 += array[p + 6] * b[q + 6];
                s7 += array[p + 7] * b[q + 7];
            }
            for (; i < n; i++) {
                s0 += array[from + i] * b[otherFrom + i];
            }
            return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
        }

        @Override
        public void clear(int from, int n) {
            Arrays.fill(array, from, from + n, 0);
        }

        @Override
        public void scatterAdd(int from, Numbers other, int[] places) {
            double[] added = ((F64) other).array;
            for (int i = 0; i < places.length; i++) {
                array[from + places[i]] += added[i];
            }
        }

        @Override
        public void add(Numbers other, int n) {
            double[] added = ((F64) other).array;
            for (int i = 0; i < n; i++) {
                array[i] += added[i];
            }
        }

        @Override
        public void product(int m, int n, int k, Matrix a, Matrix b, boolean add, int from, int row) {
            Gemm.dgemm(m, n, k, 1, ((F64) a.array()).array, a.from(), a.row(), a.column(), ((F64) b.array()).array, b
                    .from(), b.row(), b.column(), add ? 1 : 0, array, from, row);
        }
    }

    /** Products of two float32 numbers are exact in float64. */
    record F32(float[] array) implements Numbers {
        @Override
        public double get(int at) {
            return array[at];
        }

        @Override
        public void addSquares(int from, double[] sums) {
            for (int i = 0; i < sums.length; i++) {
                double value = array[from + i];
                sums[i] += value * value;
            }
        }

        @Override
        public double inner(int from, Numbers other, int otherFrom, int n) {
            float[] b = ((F32) other).array;
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            double s4 = 0;
            double s5 = 0;
            double s6 = 0;
            double s7 = 0;
            int i = 0;
            for (; i + 8 <= n; i += 8) {
                int p = from + i;
                int q = otherFrom + i;
                s0 += (double) array[p] * b[q];
                s1 += (double) array[p + 1] * b[q + 1];
                s2 += (double) array[p + 2] * b[q + 2];
                s3 += (double) array[p + 3] * b[q + 3];
                s4 += (double) array[p + 4] * b[q + 4];
                s5 += (double) array[p + 5] * b[q + 5];
                s6 += (double) array[p + 6] * b[q + 6];
                s7 += (double) array[p + 7] * b[q + 7];
            }
            for (; i < n; i++) {
                s0 += (double) array[from + i] * b[otherFrom + i];
            }
            return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
        }

        @Override
        public void clear(int from, int n) {
            Arrays.fill(array, from, from + n, 0);
        }

        @Override
        public void scatterAdd(int from, Numbers other, int[] places) {
            float[] added = ((F32) other).array;
            for (int i = 0; i < places.length; i++) {
                array[from + places[i]] += added[i];
            }
        }

        @Override
        public void add(Numbers other, int n) {
            float[] added = ((F32) other).array;
            for (int i = 0; i < n; i++) {
                array[i] += added[i];
            }
        }

        @Override
        public void product(int m, int n, int k, Matrix a, Matrix b, boolean add, int from, int row) {
            Gemm.sgemm(m, n, k, 1, ((F32) a.array()).array, a.from(), a.row(), a.column(), ((F32) b.array()).array, b
                    .from(), b.row(), b.column(), add ? 1 : 0, array, from, row);
        }
    }
}
