package cotangent.spec.peers;

import cotangent.spec.bench.Decomposition;
import cotangent.spec.bench.Decomposition.Kind;
import cotangent.spec.bench.DecompositionRoutine;
import java.util.function.Supplier;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/** Hipparchus, on one core: it has no other way. Its Q is square, so it factors square matrices only; it has no values-only form. */
public final class HipparchusDecompositions implements DecompositionRoutine {
    private static final int MOST = 500;

    /** For {@link java.util.ServiceLoader}. */
    public HipparchusDecompositions() {}

    @Override
    public String name() {
        return "Hipparchus";
    }

    @Override
    public boolean isLapack() {
        return false;
    }

    @Override
    public boolean suits(Decomposition work) {
        return switch (work.kind()) {
            case EIGH, SVD -> work.n() <= MOST;
            case CHOLESKY -> work.n() <= 2 * MOST;
            case QR -> work.m() == work.n();
            case EIGVALSH -> false;
        };
    }

    @Override
    public Call prepare(Decomposition work, double[] a, int threads) {
        int m = work.m();
        int n = work.n();
        double[][] rows = new double[m][];
        for (int i = 0; i < m; i++) {
            rows[i] = java.util.Arrays.copyOfRange(a, i * n, i * n + n);
        }
        RealMatrix matrix = new Array2DRowRealMatrix(rows, false);
        return switch (work.kind()) {
            case EIGH, EIGVALSH -> {
                Last<EigenDecompositionSymmetric> last = new Last<>(() -> new EigenDecompositionSymmetric(matrix));
                yield EjmlDecompositions.call(() -> last.next().getV(), () -> last.value.getEigenvalues());
            }
            case QR -> {
                Last<QRDecomposition> last = new Last<>(() -> new QRDecomposition(matrix));
                yield EjmlDecompositions.call(() -> last.next().getQ(), () -> entries(last.value.getR()));
            }
            case SVD -> {
                Last<SingularValueDecomposition> last = new Last<>(() -> new SingularValueDecomposition(matrix));
                yield EjmlDecompositions.call(() -> {
                    last.next().getU();
                    last.value.getV();
                }, () -> last.value.getSingularValues());
            }
            case CHOLESKY -> {
                Last<CholeskyDecomposition> last = new Last<>(() -> new CholeskyDecomposition(matrix));
                yield EjmlDecompositions.call(last::next, () -> entries(last.value.getL()));
            }
        };
    }

    private static double[] entries(RealMatrix matrix) {
        return java.util.Arrays.stream(matrix.getData()).flatMapToDouble(java.util.Arrays::stream).toArray();
    }

    /** A decomposition and the last value of it. */
    private static final class Last<D> {
        private final Supplier<D> decompose;
        private D value;

        Last(Supplier<D> decompose) {
            this.decompose = decompose;
            value = decompose.get();
        }

        D next() {
            value = decompose.get();
            return value;
        }
    }
}
