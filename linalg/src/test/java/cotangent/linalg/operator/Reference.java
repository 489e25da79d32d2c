package cotangent.linalg.operator;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;

/** Plain matrix arithmetic in float64 that operators are compared with. */
final class Reference {
    private Reference() {}

    static Tensor gaussian(DType dtype, int rows, int columns, long seed) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 99).block(dtype, rows, 0, columns);
    }

    static double[][] rows(Tensor matrix) {
        int m = matrix.shape().extent(0);
        int n = matrix.shape().extent(1);
        double[] elements = matrix.toDoubles();
        double[][] rows = new double[m][n];
        for (int i = 0; i < m; i++) {
            System.arraycopy(elements, i * n, rows[i], 0, n);
        }
        return rows;
    }

    static Tensor tensor(double[][] rows, int columns, DType dtype) {
        double[] elements = new double[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, elements, i * columns, columns);
        }
        Shape shape = Shape.of(rows.length, columns);
        if (dtype == DType.F64) {
            return Tensor.wrap(shape, elements);
        }
        float[] rounded = new float[elements.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) elements[i];
        }
        return Tensor.wrap(shape, rounded);
    }

    static double[][] product(double[][] a, double[][] b, int columns) {
        double[][] c = new double[a.length][columns];
        for (int i = 0; i < a.length; i++) {
            for (int p = 0; p < b.length; p++) {
                for (int j = 0; j < columns; j++) {
                    c[i][j] += a[i][p] * b[p][j];
                }
            }
        }
        return c;
    }

    static double[][] transpose(double[][] a, int columns) {
        double[][] t = new double[columns][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < columns; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    static double[][] sum(double[][] a, double factor, double[][] b) {
        double[][] c = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            c[i] = a[i].clone();
            for (int j = 0; j < c[i].length; j++) {
                c[i][j] += factor * b[i][j];
            }
        }
        return c;
    }

    static double[][] scaled(double factor, double[][] a) {
        return sum(new double[a.length][a.length == 0 ? 0 : a[0].length], factor, a);
    }

    static double[][] identity(int n) {
        double[][] a = new double[n][n];
        for (int i = 0; i < n; i++) {
            a[i][i] = 1;
        }
        return a;
    }

    static double[][] absolute(double[][] a) {
        double[][] c = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            c[i] = new double[a[i].length];
            for (int j = 0; j < c[i].length; j++) {
                c[i][j] = Math.abs(a[i][j]);
            }
        }
        return c;
    }

    /** |actual − expected| ≤ roundings·ε·size, element by element. */
    static void assertClose(Tensor actual, double[][] expected, double[][] size, int roundings) {
        double epsilon = 2 * actual.dtype().unitRoundoff();
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertThat(Math.abs(actual.get(i, j) - expected[i][j])).as("element %d, %d", i, j)
                        .isLessThanOrEqualTo(
                                roundings * epsilon * size[i][j]);
            }
        }
    }
}
