package cotangent.linalg.probe;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures the traces of quadratic forms of one or more operators, on shared vectors sent through in blocks.
 *
 * <p>Three ways: {@link #exact} sums a form over the unit vectors; {@link #plain} takes its mean over probes (Girard and
 * Hutchinson); {@link #deflated} sums it over an orthonormal basis Q that catches the operators' leading directions and
 * takes the mean over probes of what is orthogonal to Q. With P = I − QQᵀ, tr M = Σ qᵀMq + tr PMP, and the second term is
 * the mean of (Pv)ᵀM(Pv): unbiased for every Q that does not depend on the probes (Meyer, Musco, Musco and Woodruff,
 * Hutch++: optimal stochastic trace estimation, SOSA 2021, algorithm 1, for M = A).
 */
public final class MomentSampler {
    /** With more samples than this their own variance serves, and products need not be kept. */
    private static final int MOST_KEPT = 64;

    private final List<CountingOperator> operators;
    private final List<QuadraticForm> forms;
    private final Sampling sampling;
    private final int dimension;
    private final long started = System.nanoTime();
    private long planned;
    private long alternative = Long.MAX_VALUE;

    private MomentSampler(List<CountingOperator> operators, List<QuadraticForm> forms, Sampling sampling) {
        this.operators = operators;
        this.forms = forms;
        this.sampling = sampling;
        this.dimension = operators.getFirst().columns();
    }

    /**
     * A sampler; used for one measurement.
     *
     * @param operators of one size and dtype
     * @throws ShapeException if sizes or dtypes differ, or there is nothing to sum over
     */
    public static MomentSampler of(List<LinearOperator> operators, List<QuadraticForm> forms, Sampling sampling) {
        LinearOperator first = operators.getFirst();
        for (LinearOperator other : operators) {
            if (other.columns() != first.columns() || other.rows() != first.rows() || other.dtype() != first.dtype()) {
                throw new ShapeException("estimate: operators differ: %s[%d, %d] and %s[%d, %d]".formatted(first
                        .dtype(), first.rows(), first.columns(), other.dtype(), other.rows(), other.columns()));
            }
        }
        if (first.rows() == 0 || first.columns() == 0) {
            throw new InvalidDataException("estimate: expected an operator that is not empty, got %s[%d, %d]".formatted(
                    first.dtype(), first.rows(), first.columns()));
        }
        return new MomentSampler(operators.stream().map(CountingOperator::of).toList(), forms, sampling);
    }

    /** A sampler of one operator. */
    public static MomentSampler of(LinearOperator operator, Sampling sampling, QuadraticForm... forms) {
        return of(List.of(operator), List.of(forms), sampling);
    }

    /** Whether the budget pays for the unit vectors, which {@link #plain} and {@link #deflated} then take. */
    public boolean budgetReachesDimension() {
        return sampling.budget() >= dimension;
    }

    /**
     * The same sampler, told that another exact way costs as much as so many products with each operator: where going on to
     * a target would cost more than that, it stops short of the target instead.
     */
    public MomentSampler orElse(long products) {
        alternative = products;
        return this;
    }

    /** What a listener is told of the end: where a target decides, the unit vectors end the search long before the budget. */
    private long most() {
        return Math.min(sampling.budget(), 4L * dimension + Looks.FIRST_ROUND) * operators.size();
    }

    /** Sums over the unit vectors: as many products with each operator as it has columns. */
    public Moments exact() {
        planned = Math.max(planned, spent() + (long) dimension * operators.size());
        double[] sums = sums(dimension, from -> Columns.identity(operators.getFirst().dtype(), dimension, from, Math
                .min(dimension, from + block())));
        return Moments.exact(sums, spent(), jvps(), vjps(), sampling.seed(), "exact: identity basis of dimension "
                + dimension, elapsed());
    }

    /**
     * Means over as many probes as the budget says.
     *
     * @throws ShapeException if the budget is one probe, whose error cannot be told
     */
    public Moments plain() {
        if (budgetReachesDimension()) {
            return exact();
        }
        int count = sampling.budget();
        requireTwo(count);
        planned = (long) count * operators.size();
        Samples samples = new Samples(new double[forms.size()], null);
        samples.extend(count);
        return samples.moments();
    }

    /**
     * Means over as many probes as a target needs, at most those of the budget.
     *
     * <p>The error is looked at after 10 probes, then after as many as it predicts, by half more to four times as many. Where
     * the rest would cost as much as the unit vectors do, it takes these.
     *
     * @throws ShapeException if the budget is one probe
     */
    public Moments plain(Target target) {
        int most = sampling.budget();
        planned = most();
        if (dimension <= Looks.FIRST && most >= dimension) {
            return exact();
        }
        requireTwo(most);
        Samples samples = new Samples(new double[forms.size()], null);
        long next = Math.min(Looks.FIRST, most);
        while (true) {
            samples.extend((int) next);
            Moments moments = samples.moments();
            double excess = target.excess(moments);
            if (excess <= 1 || samples.count == most) {
                return moments;
            }
            long needed = Looks.needed(samples.count, excess);
            next = Math.min(most, Looks.next(samples.count, needed));
            if (needed - samples.count >= alternative) {
                return moments;
            }
            if (Looks.exactPays(dimension, left(), needed - samples.count, next - samples.count)) {
                return exact();
            }
        }
    }

    private long left() {
        return sampling.budget() - Math.ceilDiv(spent(), operators.size());
    }

    /**
     * A sketch of the operators' ranges of a third of the budget, as many products with its basis, and the rest for probes
     * orthogonal to it. Several operators share the sketch's cost.
     *
     * @param transposed whether to sketch the range of the transposes, which is where forms of A v live when A is not
     *                   symmetric
     * @throws ShapeException if the budget is under 4 products: 1 to sketch, 1 for the basis, 2 for the error bar
     */
    public Moments deflated(boolean transposed) {
        if (budgetReachesDimension()) {
            return exact();
        }
        planned = (long) sampling.budget() * operators.size();
        return deflated(transposed, sampling.budget()).moments();
    }

    /**
     * As {@link #deflated(boolean)}, with as many products as a target needs, at most those of the budget.
     *
     * <p>Rounds begin with 30 products. Where the error asks for more, further probes on the rest follow if no more than
     * twice the round are needed; else a new round with twice the products begins, from nothing. Where the rest would cost
     * as much as the unit vectors do, it takes these. All rounds count.
     *
     * @throws ShapeException if the budget is under 4 products
     */
    public Moments deflated(boolean transposed, Target target) {
        int most = sampling.budget();
        planned = most();
        if (dimension <= Looks.FIRST_ROUND && most >= dimension) {
            return exact();
        }
        int round = Math.min(Looks.FIRST_ROUND, most);
        Samples samples = deflated(transposed, round);
        while (true) {
            Moments moments = samples.moments();
            double excess = target.excess(moments);
            if (excess <= 1 || left() == 0) {
                return moments;
            }
            long more = Looks.needed(samples.count, excess) - samples.count;
            boolean last = more <= 2L * round || left() <= 2L * round;
            if (more >= alternative) {
                return moments;
            }
            long next = Math.min(left(), last ? Math.max(more, samples.count / 2) : 2L * round);
            if (Looks.exactPays(dimension, left(), more, next)) {
                return exact();
            }
            if (last) {
                samples.extend((int) (samples.count + next));
            } else {
                round *= 2;
                samples = deflated(transposed, round);
            }
        }
    }

    /** One round of so many products with each operator. */
    private Samples deflated(boolean transposed, int products) {
        int sketch = products / 3;
        int count = products - sketch - Math.ceilDiv(sketch, operators.size());
        if (sketch < 1 || count < 2) {
            throw new ShapeException("estimate: expected at least 4 products, got %d; use plain probes, which need 2"
                    .formatted(products));
        }
        OrthonormalBasis basis = sketch(sketch, transposed);
        Tensor vectors = basis.block(operators.getFirst().dtype());
        double[] parts = sums(basis.size(), from -> Columns.range(vectors, from, Math.min(basis.size(), from
                + block())));
        Samples samples = new Samples(parts, basis);
        samples.extend(count);
        return samples;
    }

    private static void requireTwo(int count) {
        if (count < 2) {
            throw new ShapeException("estimate: expected at least 2 products, got " + count
                    + "; the error bar comes from the spread of at least 2 samples");
        }
    }

    /** Samples on probes, orthogonal to a basis if there is one, which come block by block. */
    private final class Samples {
        private final double[] parts;
        private final @Nullable OrthonormalBasis basis;
        private List<Tensor> kept = List.of();
        /** The probes of the products that are kept. */
        private @Nullable Tensor drawn;
        private double[][] values = new double[forms.size()][0];
        private int count;

        Samples(double[] parts, @Nullable OrthonormalBasis basis) {
            this.parts = parts;
            this.basis = basis;
        }

        void extend(int to) {
            values = Arrays.stream(values).map(row -> Arrays.copyOf(row, to)).toArray(double[][]::new);
            for (int from = count; from < to; from += block()) {
                Tensor probes = probes(from, to);
                List<Tensor> products = measure(basis == null ? probes : basis.complement(probes), from, values);
                if (to <= MOST_KEPT) {
                    kept = joined(kept, products);
                    drawn = drawn == null ? probes : Columns.join(drawn, probes);
                }
            }
            if (to > MOST_KEPT) {
                kept = List.of();
                drawn = null;
            }
            count = to;
        }

        /** What they say so far. */
        Moments moments() {
            List<Spread> spreads = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                spreads.add(spread(forms.get(i), values[i], kept, drawn, basis));
            }
            String route = basis == null
                    ? "%d %s probes".formatted(count, sampling.law())
                    : "%d directions deflated, %d %s probes on the rest".formatted(basis.size(), count, sampling.law());
            return new Moments(parts, values, spreads, sampling.law(), dimension, spent(), jvps(), vjps(), sampling
                    .seed(), route, elapsed());
        }
    }

    private static List<Tensor> joined(List<Tensor> left, List<Tensor> right) {
        return left.isEmpty() ? right
                : IntStream.range(0, left.size())
                        .mapToObj(i -> Columns.join(left.get(i), right.get(i)))
                        .toList();
    }

    private Spread spread(QuadraticForm form, double[] samples, List<Tensor> kept, @Nullable Tensor probes,
            @Nullable OrthonormalBasis basis) {
        if (probes == null) {
            return Spread.ofSamples(samples, form instanceof QuadraticForm.Inner(int i, int j) && i == j)
                    .among(sampling.law(), dimension);
        }
        return switch (form) {
            case QuadraticForm.Trace ignored -> {
                SpreadOfForms spread = SpreadOfForms.of(sampling.law(), probes, basis, kept.getFirst());
                yield operators.getFirst().symmetric() ? spread.ofTrace(samples) : spread.ofGeneralTrace(samples);
            }
            case QuadraticForm.Inner(int i, int j) -> {
                SpreadOfForms spread = SpreadOfForms.of(sampling.law(), probes, basis, kept.get(i));
                yield i == j ? spread.ofSquaredNorm(samples) : spread.ofInner(samples, Columns.wide(kept.get(j)));
            }
        };
    }

    private int block() {
        return sampling.blockFor(operators.getFirst());
    }

    private Tensor probes(int from, int count) {
        return sampling.measured()
                .block(operators.getFirst().dtype(), dimension, from, Math.min(count, from + block()));
    }

    /**
     * A basis of {@code size} directions per operator's sketch; the sketches of several operators share the basis, each
     * has its part of it, so that every operator spends {@code size} products on the basis and no more.
     */
    private OrthonormalBasis sketch(int size, boolean transposed) {
        Tensor ranges = null;
        int remaining = size;
        for (int i = 0; i < operators.size(); i++) {
            int share = remaining / (operators.size() - i);
            remaining -= share;
            for (int from = 0; from < share; from += block()) {
                Tensor range = sketchBlock(operators.get(i), i, from, Math.min(share, from + block()), transposed);
                ranges = ranges == null ? range : Columns.join(ranges, range);
            }
        }
        if (ranges == null) {
            throw new AssertionError(size);
        }
        requireFinite(Columns.dots(ranges, ranges), 0);
        return OrthonormalBasis.spanning(ranges);
    }

    private Tensor sketchBlock(LinearOperator operator, int index, int from, int to, boolean transposed) {
        Tensor probes = sampling.sketched(index)
                .block(operator.dtype(), transposed ? operator.rows() : dimension, from,
                        to);
        Tensor range = transposed ? operator.rmatmat(probes) : operator.matmat(probes);
        report();
        return range;
    }

    /** Each form's sum over the columns of consecutive blocks. */
    private double[] sums(int count, IntFunction<Tensor> blockFrom) {
        double[][] values = new double[forms.size()][count];
        for (int from = 0; from < count; from += block()) {
            measure(blockFrom.apply(from), from, values);
        }
        return Arrays.stream(values).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    }

    /** Writes each form's value on every column of a block to its place, and returns the products. */
    private List<Tensor> measure(Tensor vectors, int from, double[][] samples) {
        List<Tensor> products = operators.stream().map(operator -> operator.matmat(vectors)).toList();
        for (int i = 0; i < samples.length; i++) {
            double[] values = forms.get(i).values(vectors, products);
            requireFinite(values, from);
            System.arraycopy(values, 0, samples[i], from, values.length);
        }
        report();
        return products;
    }

    private static void requireFinite(double[] values, int from) {
        for (int j = 0; j < values.length; j++) {
            if (!Double.isFinite(values[j])) {
                throw new InvalidDataException("estimate: the operator's product with vector %d is NaN or infinite; "
                        .formatted(from + j) + "check parameters and inputs");
            }
        }
    }

    private void report() {
        sampling.listener().progressed(spent(), planned);
        if (spent() < planned) {
            CancelledException.throwIfInterrupted("estimate", spent(), planned);
        }
    }

    private long spent() {
        return operators.stream().mapToLong(CountingOperator::products).sum();
    }

    private long jvps() {
        return operators.stream().mapToLong(CountingOperator::jvps).sum();
    }

    private long vjps() {
        return operators.stream().mapToLong(CountingOperator::vjps).sum();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
