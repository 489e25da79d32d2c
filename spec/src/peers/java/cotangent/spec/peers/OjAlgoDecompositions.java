package cotangent.spec.peers;

import cotangent.spec.bench.Decomposition;
import cotangent.spec.bench.DecompositionRoutine;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.R064Store;

/** ojAlgo, the matrix column-major as it wants it. */
public final class OjAlgoDecompositions implements DecompositionRoutine {
    private static final int MOST = 500;

    /** For {@link java.util.ServiceLoader}. */
    public OjAlgoDecompositions() {}

    @Override
    public String name() {
        return "ojAlgo";
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
        OjAlgoUtils.limitThreadsTo(threads);
        int n = work.n();
        R064Store matrix = R064Store.FACTORY.make(work.m(), n);
        for (int i = 0; i < work.m(); i++) {
            for (int j = 0; j < n; j++) {
                matrix.set(i, j, a[i * n + j]);
            }
        }
        return switch (work.kind()) {
            case EIGH -> eigen(matrix, Eigenvalue.R064.make(n, true), true);
            case EIGVALSH -> eigen(matrix, Eigenvalue.R064.make(n, true), false);
            case QR -> qr(matrix, QR.R064.make(matrix));
            case SVD -> svd(matrix, SingularValue.R064.make(matrix));
            case CHOLESKY -> cholesky(matrix, Cholesky.R064.make(matrix));
        };
    }

    private static Call eigen(R064Store a, Eigenvalue<Double> eigen, boolean vectors) {
        return EjmlDecompositions.call(() -> {
            require(vectors ? eigen.decompose(a) : eigen.computeValuesOnly(a));
            if (vectors) {
                eigen.getV();
            }
        }, () -> {
            double[] values = new double[a.getColDim()];
            eigen.getEigenvalues(values, java.util.Optional.empty());
            return values;
        });
    }

    private static Call qr(R064Store a, QR<Double> qr) {
        return EjmlDecompositions.call(() -> {
            require(qr.decompose(a));
            qr.getQ();
        }, () -> qr.getR().toRawCopy1D());
    }

    private static Call svd(R064Store a, SingularValue<Double> svd) {
        return EjmlDecompositions.call(() -> {
            require(svd.decompose(a));
            svd.getU();
            svd.getV();
        }, () -> svd.getSingularValues().toRawCopy1D());
    }

    private static Call cholesky(R064Store a, Cholesky<Double> cholesky) {
        return EjmlDecompositions.call(() -> require(cholesky.decompose(a)), () -> cholesky.getL().toRawCopy1D());
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("ojAlgo failed");
        }
    }
}
