package cotangent.spec.bench;

import cotangent.spec.bench.Decomposition.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Dense decompositions against LAPACK and libraries in Java, leading singular triplets against scikit-learn, leading
 * eigenpairs against ARPACK.
 *
 * <p>LAPACK takes part everywhere. Of the libraries in Java, EJML and ojAlgo take part up to n = 500, in Cholesky's
 * factorization and QR at every size; Hipparchus up to n = 500 too, in Cholesky's up to 1000, in QR of square matrices
 * only, since its Q is always square, and never in eigenvalues alone, which it has no form for. Beyond those sizes one call
 * takes half a second and more.
 */
final class LinalgSuite {
    /** What scikit-learn's randomized_svd takes for a rank under a tenth of the matrix's. */
    static final int POWER_ITERATIONS = 7;

    /** Of the leading eigenpairs' residuals, relative to the largest eigenvalue. */
    static final double TOLERANCE = 1e-10;

    private LinalgSuite() {}

    static Suite create() {
        List<Case> cases = new ArrayList<>();
        for (Kind kind : List.of(Kind.EIGH, Kind.EIGVALSH)) {
            for (int n : new int[]{100, 500, 1000, 2000}) {
                cases.add(new DecompositionCase(Decomposition.square(kind, n), 1));
            }
        }
        for (Kind kind : List.of(Kind.QR, Kind.SVD)) {
            cases.add(new DecompositionCase(new Decomposition(kind, 10_000, 60), 2));
            cases.add(new DecompositionCase(new Decomposition(kind, 100_000, 30), 2));
            cases.add(new DecompositionCase(Decomposition.square(kind, kind == Kind.QR ? 1000 : 500), 1));
        }
        for (int n : new int[]{1000, 2000}) {
            cases.add(new DecompositionCase(Decomposition.square(Kind.CHOLESKY, n), 1));
        }
        cases.add(new Leading("randomized svd 20 of n=2000", "svd", 20, "linalg_randomized_svd.py", "auto", 3));
        cases.add(new Leading("randomized svd 20 of n=2000, as many iterations", "svd-same", 20,
                "linalg_randomized_svd.py", "auto", 1));
        cases.add(new Leading("eigenpairs 6 of n=2000", "top", 6, "linalg_arpack.py", Double.toString(TOLERANCE), 2));
        return new Suite("linalg", "decompositions against LAPACK and libraries in Java, scikit-learn and ARPACK",
                cases);
    }

    /** Leading singular triplets or eigenpairs of a matrix of order 2000 with eigenvalues of about i^-½. */
    private record Leading(String name, String work, int rank, String script, String option,
            double target) implements Case {
        private static final int N = 2000;

        @Override
        public List<Row> run(Settings settings) {
            List<String> arguments = List.of(Integer.toString(N), Integer.toString(rank), option);
            Map<String, Side> sides = new Rounds(name, settings).with(Side.OURS, () -> ours(settings))
                    .with(script, () -> PythonPeer.run(script, arguments, settings))
                    .run();
            return List.of(new Row(name, Measure.millis(), sides.get(Side.OURS), sides.get(script), target));
        }

        private Side ours(Settings settings) {
            return new Side(Side.OURS, Jmh.run(LinalgBenchmark.class, Map.of("work", work, "n", Integer.toString(N),
                    "rank", Integer.toString(rank), "warmUpMillis", Integer.toString(settings.warmUpMillis())), 1,
                    settings.forLongWork()));
        }
    }
}
