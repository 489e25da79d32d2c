package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Philox;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.Objects;

/**
 * How much the leading eigenpairs of a kernel over samples owe to the samples that happened to be drawn: the bootstrap.
 *
 * <p>B. Efron, Bootstrap methods: another look at the jackknife, Ann. Statist. 7 (1979); for eigenvalues and eigenvectors P. Diaconis
 * and B. Efron, Scientific American 248 (1983), and R. Beran and M. S. Srivastava, Ann. Statist. 13 (1985), who show that it holds
 * for eigenvalues that are apart and fails for repeated ones. A replicate draws as many samples as there are, with replacement;
 * with W the diagonal matrix of how often each came, the kernel of the drawn samples has the eigenvalues of W^½KW^½ that are not 0.
 *
 * <p>No replicate takes a product. From the r pairs given, K = UΛUᵀ but for what they leave out, the eigenvalues are those of the
 * r×r matrix Λ^½UᵀWUΛ^½ (after A. Fisher, B. Caffo, B. Schwartz and V. Zipunnikov, Fast, exact bootstrap principal component
 * analysis for p > 1 million, J. Amer. Statist. Assoc. 111, 2016): the second moments of the features in the coordinates of their
 * principal directions. Its eigenvectors there are compared with the unit vectors, which the original pairs are; for a tangent
 * kernel JJᵀ these are directions Jᵀu/√λ of parameters, eigenvectors of JᵀJ. What r pairs leave out of an eigenvalue is from 0 to
 * their smallest value times the most often that a sample came, and far less for eigenvalues well above it: ask for more pairs
 * than are looked at.
 *
 * <p>Cost of each replicate: n·r² + O(r³) flops.
 */
public final class EigenpairBootstrap {
    private static final String NAME = "EigenpairBootstrap";
    /** Apart from the streams of solvers and estimators. */
    private static final long STREAM = 1L << 37;

    private final int count;
    private final int replicates;
    private final int rowsPerSample;
    private final long seed;
    private final ProgressListener listener;

    private EigenpairBootstrap(int count, int replicates, int rowsPerSample, long seed, ProgressListener listener) {
        this.count = count;
        this.replicates = replicates;
        this.rowsPerSample = rowsPerSample;
        this.seed = seed;
        this.listener = listener;
    }

    /**
     * A bootstrap of the k leading pairs: 1,000 replicates, one row of the kernel for each sample, seed 0.
     *
     * @throws ShapeException if k is under 1
     */
    public static EigenpairBootstrap leading(int k) {
        return new EigenpairBootstrap(require("pair", k), 1_000, 1, 0, ProgressListener.NONE);
    }

    /** The same with another number of replicates. */
    public EigenpairBootstrap replicates(int number) {
        return new EigenpairBootstrap(count, require("replicate", number), rowsPerSample, seed, listener);
    }

    /** The same for a kernel with so many rows for each sample, one after the other: the outputs of a network. */
    public EigenpairBootstrap rowsPerSample(int rows) {
        return new EigenpairBootstrap(count, replicates, require("row per sample", rows), seed, listener);
    }

    /** The same with another seed of the draws. */
    public EigenpairBootstrap seed(long other) {
        return new EigenpairBootstrap(count, replicates, rowsPerSample, other, listener);
    }

    /** The same with a listener that is told after each replicate. */
    public EigenpairBootstrap listener(ProgressListener other) {
        return new EigenpairBootstrap(count, replicates, rowsPerSample, seed, other);
    }

    private static int require(String what, int number) {
        if (number < 1) {
            throw new ShapeException("%s: expected at least one %s, got %d".formatted(NAME, what, number));
        }
        return number;
    }

    /**
     * Resamples the data behind a positive semidefinite kernel's leading eigenpairs.
     *
     * @param pairs at least as many as are looked at, largest first; of a kernel over samples, [n, r] vectors
     * @throws ShapeException       if there are too few pairs, or n is not a number of samples times the rows of each
     * @throws InvalidDataException if an eigenvalue is negative beyond its residual, or they do not descend
     * @throws CancelledException   if the thread is interrupted, between replicates
     */
    public BootstrappedEigenpairs resample(Eigenpairs pairs) {
        int n = pairs.vectors().shape().extent(0);
        int r = pairs.size();
        if (r < count || n % rowsPerSample != 0) {
            throw new ShapeException(
                    "%s: expected at least %d pairs of a kernel with %d rows per sample, got %d pairs and %d rows"
                            .formatted(NAME, count, rowsPerSample, r, n));
        }
        double[] features = features(pairs, n, r);
        double[] values = new double[replicates * count];
        double[] angles = new double[replicates * count];
        double[] subspaces = new double[replicates * count];
        double heaviest = 0;
        for (int b = 0; b < replicates; b++) {
            CancelledException.throwIfInterrupted(NAME, b, replicates);
            int[] weights = draw(b, n / rowsPerSample);
            heaviest = Math.max(heaviest, Arrays.stream(weights).max().orElse(0));
            replicate(moments(features, n, r, weights), r, b, values, angles, subspaces);
            listener.progressed(b + 1L, replicates);
        }
        Shape shape = Shape.of(replicates, count);
        return new BootstrappedEigenpairs(Tensor.of(Arrays.copyOf(pairs.values().toDoubles(), count)), Tensor.wrap(
                shape, values), Tensor.wrap(shape, angles), Tensor.wrap(shape, subspaces),
                r == n ? 0 : heaviest * Math.max(0, pairs.values().get(r - 1)), seed);
    }

    /** UΛ^½, [n, r]. */
    private static double[] features(Eigenpairs pairs, int n, int r) {
        double[] features = pairs.vectors().toDoubles();
        for (int j = 0; j < r; j++) {
            double value = pairs.values().get(j);
            if (value < -pairs.residuals().get(j) - pairs.tolerance() || j > 0 && value > pairs.values().get(j - 1)) {
                throw new InvalidDataException(
                        "%s: expected the eigenvalues of a positive semidefinite kernel, largest first, got %s"
                                .formatted(
                                        NAME, Summary.ofVector(pairs.values())));
            }
            double root = Math.sqrt(Math.max(0, value));
            for (int i = 0; i < n; i++) {
                features[i * r + j] *= root;
            }
        }
        return features;
    }

    /** How often each sample comes in a replicate. */
    private int[] draw(int replicate, int samples) {
        double[] uniform = new double[samples];
        Philox.fill(Distribution.UNIFORM, seed, STREAM, replicate, uniform, 0, 1, samples, 0);
        int[] weights = new int[samples];
        for (double number : uniform) {
            weights[Math.min(samples - 1, (int) (number * samples))]++;
        }
        return weights;
    }

    /** FᵀWF, [r, r]. */
    private double[] moments(double[] features, int n, int r, int[] weights) {
        double[] weighted = features.clone();
        for (int i = 0; i < n; i++) {
            int weight = weights[i / rowsPerSample];
            for (int j = 0; j < r; j++) {
                weighted[i * r + j] *= weight;
            }
        }
        double[] product = new double[r * r];
        Gemm.dgemm(r, r, n, 1, features, 0, 1, r, weighted, 0, r, 1, 0, product, 0, r);
        return Columns.widened(RitzPairs.symmetricPart(Tensor.wrap(Shape.of(r, r), product)));
    }

    private void replicate(double[] moments, int r, int b, double[] values, double[] angles, double[] subspaces) {
        SymmetricEigen eigen = SymmetricEigen.decompose(r, moments);
        if (eigen == null) {
            throw new NotConvergedException(NAME + ": the QR iteration did not converge; please report the pairs");
        }
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        for (int j = 0; j < count; j++) {
            int column = r - 1 - j;
            values[b * count + j] = eigen.values()[column];
            double sine = 0;
            for (int i = 0; i < r; i++) {
                sine = i == j ? sine : Math.hypot(sine, vectors[i * r + column]);
            }
            angles[b * count + j] = Math.atan2(sine, Math.abs(vectors[j * r + column]));
            subspaces[b * count + j] = angle(vectors, r, j + 1);
        }
    }

    /** The largest angle between the first k unit vectors and the last k eigenvectors: its sine is the norm of the other rows. */
    private static double angle(double[] vectors, int r, int k) {
        double[] rest = new double[(r - k) * k];
        for (int i = k; i < r; i++) {
            System.arraycopy(vectors, i * r + r - k, rest, (i - k) * k, k);
        }
        double sine = r == k ? 0 : Svd.values(Tensor.wrap(Shape.of(r - k, k), rest)).get(0);
        return Math.asin(Math.min(1, sine));
    }

    @Override
    public String toString() {
        return "%s: %d replicates of %d leading pairs, seed %d".formatted(NAME, replicates, count, seed);
    }
}
