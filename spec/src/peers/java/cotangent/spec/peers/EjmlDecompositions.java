package cotangent.spec.peers;

import cotangent.spec.bench.Decomposition;
import cotangent.spec.bench.DecompositionRoutine;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.DecompositionInterface;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** EJML, on one core: its decompositions have no other way. */
public final class EjmlDecompositions implements DecompositionRoutine {
    private static final int MOST = 500;

    /** For {@link java.util.ServiceLoader}. */
    public EjmlDecompositions() {}

    @Override
    public String name() {
        return "EJML";
    }

    @Override
    public boolean isLapack() {
        return false;
    }

    @Override
    public boolean suits(Decomposition work) {
        return work.n() <= MOST || work.kind() == Decomposition.Kind.CHOLESKY || work.kind() == Decomposition.Kind.QR;
    }

    @Override
    public Call prepare(Decomposition work, double[] a, int threads) {
        int m = work.m();
        int n = work.n();
        DMatrixRMaj matrix = DMatrixRMaj.wrap(m, n, a);
        return switch (work.kind()) {
            case EIGH -> eigen(matrix, DecompositionFactory_DDRM.eig(n, true, true), true);
            case EIGVALSH -> eigen(matrix, DecompositionFactory_DDRM.eig(n, false, true), false);
            case QR -> qr(matrix, DecompositionFactory_DDRM.qr(m, n));
            case SVD -> svd(matrix, DecompositionFactory_DDRM.svd(m, n, true, true, true));
            case CHOLESKY -> cholesky(matrix, DecompositionFactory_DDRM.chol(n, true));
        };
    }

    private static Call eigen(DMatrixRMaj a, EigenDecomposition_F64<DMatrixRMaj> eigen, boolean vectors) {
        return call(() -> {
            decompose(eigen, a);
            for (int i = 0; vectors && i < a.numCols; i++) {
                eigen.getEigenVector(i);
            }
        }, () -> {
            double[] values = new double[a.numCols];
            for (int i = 0; i < values.length; i++) {
                values[i] = eigen.getEigenvalue(i).getReal();
            }
            return values;
        });
    }

    private static Call qr(DMatrixRMaj a, QRDecomposition<DMatrixRMaj> qr) {
        DMatrixRMaj r = new DMatrixRMaj(a.numCols, a.numCols);
        return call(() -> {
            decompose(qr, a);
            qr.getQ(null, true);
            qr.getR(r, true);
        }, () -> r.data.clone());
    }

    private static Call svd(DMatrixRMaj a, SingularValueDecomposition_F64<DMatrixRMaj> svd) {
        return call(() -> {
            decompose(svd, a);
            svd.getU(null, false);
            svd.getV(null, true);
        }, () -> java.util.Arrays.copyOf(svd.getSingularValues(), a.numCols));
    }

    private static Call cholesky(DMatrixRMaj a, CholeskyDecomposition_F64<DMatrixRMaj> cholesky) {
        return call(() -> decompose(cholesky, a), () -> cholesky.getT(null).data.clone());
    }

    private static void decompose(DecompositionInterface<DMatrixRMaj> decomposition, DMatrixRMaj a) {
        if (!decomposition.decompose(decomposition.inputModified() ? a.copy() : a)) {
            throw new IllegalStateException("EJML failed");
        }
    }

    static Call call(Runnable run, java.util.function.Supplier<double[]> result) {
        return new Call() {
            @Override
            public void run() {
                run.run();
            }

            @Override
            public double[] result() {
                return result.get();
            }
        };
    }
}
