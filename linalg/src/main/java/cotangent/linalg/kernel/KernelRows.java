package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.block.Columns;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rows of a kernel's matrix over the samples of one problem, float64, as a decomposition method asks for them. */
interface KernelRows {
    /** Number of samples. */
    int size();

    /** A row of at least {@link #size} numbers, valid until the next but one is asked for; not to be written to. */
    double[] row(int i);

    /** The entry of the diagonal. */
    double diagonal(int i);

    /** Some rows and columns of a matrix [n, n] that is there. */
    static KernelRows of(Tensor matrix, int[] samples) {
        int n = matrix.shape().extent(0);
        int m = samples.length;
        double[][] rows = new double[m][m];
        boolean wide = Storage.array(matrix) instanceof double[];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                int at = samples[i] * n + samples[j];
                rows[i][j] = wide ? Storage.doubles(matrix)[at] : Storage.floats(matrix)[at];
            }
        }
        return new KernelRows() {
            @Override
            public int size() {
                return m;
            }

            @Override
            public double[] row(int i) {
                return rows[i];
            }

            @Override
            public double diagonal(int i) {
                return rows[i][i];
            }
        };
    }

    /**
     * Rows made when asked for; those used last are kept.
     *
     * @param budget bytes that kept rows may take; two rows are kept whatever it is
     */
    static KernelRows cached(KernelFunction kernel, Tensor x, long budget) {
        int m = x.shape().extent(0);
        double[] diagonal = kernel.diagonal(x).toDoubles();
        long most = Math.max(2, budget / (8L * m));
        Map<Integer, double[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, double[]> eldest) {
                return size() > most;
            }
        };
        return new KernelRows() {
            @Override
            public int size() {
                return m;
            }

            @Override
            public double[] row(int i) {
                double[] row = kept.get(i);
                if (row == null) {
                    row = Columns.widened(kernel.block(Inputs.rows(x, i, i + 1), x));
                    kept.put(i, row);
                }
                return row;
            }

            @Override
            public double diagonal(int i) {
                return diagonal[i];
            }
        };
    }
}
