package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.krylov.Rows;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.stream.IntStream;

/**
 * Eigenpairs of largest magnitude of a symmetric operator, one after the other, by power iteration with deflation.
 *
 * <p>R. von Mises and H. Pollaczek-Geiringer, Praktische Verfahren der Gleichungsauflösung, ZAMM 9 (1929); deflation after H.
 * Hotelling, J. Educ. Psychol. 24 (1933), by keeping every vector orthogonal to the ones found before, which for exact pairs is
 * his A − Σ λ q qᵀ and adds no error of theirs. The tangent of the angle to an eigenvector falls by |λ_(j+1)/λ_j| a product, the
 * error of the eigenvalue by its square.
 *
 * <p>{@link Lanczos} finds the same pairs from far fewer products, since it forgets none of them; this method is for memory, k + 2
 * vectors, and for comparison. Two eigenvalues of one magnitude and different signs it cannot tell apart: then, as where the next
 * magnitude is too close, the products run out and {@link Eigenpairs#converged} says so.
 *
 * <p><b>Stopping.</b> A pair is taken when the part of Av − θv that is orthogonal to the pairs before it is at most
 * 1/(2√k) of the tolerance, so that with what they leave behind its residual is within half of it; at the latest when the products
 * left are one for each pair to come. The residuals returned are measured by k further products. Nothing is said of gaps: the
 * method knows nothing of what it did not find.
 */
public final class PowerIteration extends SymmetricEigensolver<PowerIteration> {
    /** Apart from the streams of the other solvers. */
    private static final long STREAM = 1L << 36;

    private PowerIteration(Options options) {
        super(options);
    }

    @Override
    PowerIteration with(Options other) {
        return new PowerIteration(other);
    }

    /**
     * The k eigenvalues of largest magnitude, by magnitude descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static PowerIteration largestMagnitude(int k) {
        return new PowerIteration(Options.of("PowerIteration", SpectrumEnd.LARGEST_MAGNITUDE, k));
    }

    @Override
    Eigenpairs solve(CountingOperator operator, long started) {
        Iteration iteration = new Iteration(operator);
        double[] found = IntStream.range(0, options.count()).mapToDouble(iteration::next).toArray();
        String route = "power iteration with deflation: %s products".formatted(iteration.spent());
        int[] order = IntStream.range(0, found.length)
                .boxed()
                .sorted((i, j) -> Double.compare(Math.abs(found[j]), Math.abs(found[i])))
                .mapToInt(i -> i)
                .toArray();
        double[] values = IntStream.of(order).mapToDouble(i -> found[i]).toArray();
        return measured(operator, values, iteration.vectors(order), Separation.UNKNOWN, options.tolerance(operator),
                largestMagnitude(values), Double.NaN, route, started);
    }

    /** One run of the method. */
    private final class Iteration {
        private final CountingOperator operator;
        private final int n;
        private final long limit;
        private final double allowed;
        private final Rows found;
        private final ProbeStream random;
        private final StringBuilder spent = new StringBuilder();
        private double scale;

        Iteration(CountingOperator operator) {
            this.operator = operator;
            this.n = operator.rows();
            this.limit = options.limit(operator) - options.count();
            this.allowed = options.tolerance(operator) / (2 * Math.sqrt(options.count()));
            this.found = new Rows(n);
            this.random = new ProbeStream(Probes.GAUSSIAN, options.seed(), STREAM);
        }

        /** Products for each pair, in the order in which they were found. */
        String spent() {
            return spent.toString();
        }

        /** Finds one pair more; its value. */
        double next(int index) {
            long before = operator.products();
            long last = limit - (options.count() - 1 - index);
            double[] vector = random.block(DType.F64, n, index, index + 1).toDoubles();
            normalise(vector);
            while (true) {
                CancelledException.throwIfInterrupted(name(), operator.products(), options.limit(operator));
                double[] image = MatrixFunctions.product(name(), operator, vector);
                options.listener().progressed(operator.products(), options.limit(operator));
                double value = Dots.ddot(n, vector, 0, image, 0);
                scale = Math.max(scale, Math.abs(value));
                project(image);
                double[] residual = image.clone();
                Dots.daxpy(n, -value, vector, 0, residual, 0);
                if (Dots.dnrm2(n, residual, 0) <= allowed * scale || operator.products() >= last) {
                    found.add(vector);
                    spent.append(index == 0 ? "" : " + ").append(operator.products() - before);
                    return value;
                }
                vector = image;
                normalise(vector);
            }
        }

        /** Takes the parts along the pairs found out of a vector, twice: what rounding of the first leaves grows otherwise. */
        private void project(double[] vector) {
            found.removeFrom(vector, new double[found.count()]);
            found.removeFrom(vector, new double[found.count()]);
        }

        private void normalise(double[] vector) {
            project(vector);
            IterativeSolver.divide(vector, Dots.dnrm2(n, vector, 0));
        }

        /** The vectors at some positions, float64 [n, k]. */
        Tensor vectors(int... positions) {
            int k = positions.length;
            double[] chosen = new double[k * k];
            for (int j = 0; j < k; j++) {
                chosen[positions[j] * k + j] = 1;
            }
            return Tensor.wrap(Shape.of(n, k), found.combine(k, chosen));
        }
    }
}
