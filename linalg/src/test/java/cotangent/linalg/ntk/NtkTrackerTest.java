package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.WriteFailedException;
import cotangent.dsl.train.Adam;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.linalg.Estimate;
import cotangent.linalg.probe.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NtkTrackerTest {
    private static final int ROWS = 40;
    private static final TrackedStatistic[] ALL = TrackedStatistic.values();

    @TempDir
    Path directory;

    private static Mlp net(DType dtype) {
        return Nn.mlp(5, 24, 3).dtype(dtype).ntk(1, 0.1);
    }

    private static Tensor x(DType dtype) {
        return Key.of(1).normal(Shape.of(ROWS, 5), dtype);
    }

    private static Tensor labels() {
        return x(DType.F64).slice(1, 0, 3).argmax(1).oneHot(3, DType.F64);
    }

    private static NtkTracker tracker(DType dtype) {
        return NtkTracker.of(net(dtype).fn(), x(dtype)).statistics(ALL[0], ALL).labels(labels()).every(4);
    }

    private static Trainer trainer(DType dtype) {
        Fn loss = Fn.of("loss", (p, in, y) -> Nn.crossEntropy(net(dtype).apply(p, in), y));
        return Trainer.of(TrainingStep.of(loss, Adam.rate(0.03)), Minibatches.of(16, x(dtype), x(dtype).slice(1, 0, 3)
                .argmax(1)));
    }

    private static Params initial(DType dtype) {
        return net(dtype).init(Key.of(7));
    }

    /** Every statistic from the kernels written out, in float64. */
    private static Map<TrackedStatistic, Double> exact(DType dtype, Params params) {
        Tensor now = EmpiricalNtk.of(net(dtype).fn(), params, x(dtype)).toDense().cast(DType.F64);
        Tensor then = EmpiricalNtk.of(net(dtype).fn(), initial(dtype), x(dtype)).toDense().cast(DType.F64);
        double trace = 0;
        for (int i = 0; i < 3 * ROWS; i++) {
            trace += now.get(i, i);
        }
        double norm = norm(now);
        Map<TrackedStatistic, Double> values = new EnumMap<>(TrackedStatistic.class);
        values.put(TrackedStatistic.TRACE, trace);
        values.put(TrackedStatistic.FROBENIUS_NORM, norm);
        values.put(TrackedStatistic.EFFECTIVE_RANK, trace * trace / (norm * norm));
        values.put(TrackedStatistic.ALIGNMENT, now.times(then).sum().item() / norm / norm(then));
        values.put(TrackedStatistic.RELATIVE_CHANGE, norm(now.minus(then)) / norm(then));
        Tensor y = labels().flatten();
        values.put(TrackedStatistic.LABEL_ALIGNMENT,
                now.matmul(y).times(y).sum().item() / norm / y.square().sum().item());
        values.put(TrackedStatistic.TARGET_ALIGNMENT, alignment(now, labels()));
        values.put(TrackedStatistic.CENTRED_TARGET_ALIGNMENT, alignment(centred(centred(now).transpose()), centred(
                labels())));
        return values;
    }

    /** With YYᵀ ⊗ I written out, element by element. */
    private static double alignment(Tensor kernel, Tensor y) {
        double inner = 0;
        double squares = 0;
        for (int s = 0; s < ROWS; s++) {
            for (int t = 0; t < ROWS; t++) {
                double target = 0;
                for (int column = 0; column < 3; column++) {
                    target += y.get(s, column) * y.get(t, column);
                }
                squares += 3 * target * target;
                for (int c = 0; c < 3; c++) {
                    inner += target * kernel.get(3 * s + c, 3 * t + c);
                }
            }
        }
        return inner / norm(kernel) / Math.sqrt(squares);
    }

    /** Less the mean over the samples, along the first axis. */
    private static Tensor centred(Tensor matrix) {
        int columns = matrix.shape().size() / ROWS;
        Tensor rows = matrix.reshape(ROWS, columns);
        return rows.minus(rows.mean(0).reshape(1, columns)).reshape(matrix.shape().toArray());
    }

    private static double norm(Tensor matrix) {
        return Math.sqrt(matrix.square().sum().item());
    }

    /**
     * Kernel entries take some 100 roundings each, in the model's dtype, and a difference of kernels is off by as much of the
     * kernels; statistics are combinations of them of order 1, but for the trace, the norm and the rank.
     */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void aWrittenKernelGivesEveryStatisticExactly(DType dtype) {
        NtkSeries series = tracker(dtype).start(initial(dtype));
        TrainingState state = trainer(dtype).start(initial(dtype));
        trainer(dtype).listener(series).run(state, 8);
        assertThat(series.points()).extracting(NtkPoint::step).containsExactly(0L, 4L, 8L);
        Map<TrackedStatistic, Double> expected = exact(dtype, state.params().asParams());
        NtkPoint last = series.points().getLast();
        for (TrackedStatistic statistic : ALL) {
            double value = expected.get(statistic);
            assertThat(last.get(statistic).value()).as("%s", statistic)
                    .isCloseTo(value, within(200 * dtype.unitRoundoff() * Math.max(1, value)));
            assertThat(last.get(statistic).standardError()).isZero();
        }
        assertThat(last.get(TrackedStatistic.RELATIVE_CHANGE).value()).isGreaterThan(0.01);
        assertThat(series.points().getFirst().get(TrackedStatistic.ALIGNMENT).value()).isCloseTo(1, within(1e-15));
        // layer by layer one reverse pass over all samples for each of three outputs, else one for each row
        assertThat(series.plannedPasses()).isIn(3L, 3L * ROWS);
        assertThat(series.spentPasses()).isEqualTo(3 * series.plannedPasses() + series.initialPasses());
    }

    /** Five standard errors by Student's t of some ten degrees of freedom: missed once in two thousand, by a fixed seed. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void productsGiveEveryStatisticWithAnErrorBar(DType dtype) {
        NtkSeries series = tracker(dtype).by(Strategy.PRODUCTS)
                .sampling(Sampling.matvecs(36).seed(3))
                .start(initial(dtype));
        TrainingState state = trainer(dtype).start(initial(dtype));
        trainer(dtype).listener(series).run(state, 8);
        Map<TrackedStatistic, Double> expected = exact(dtype, state.params().asParams());
        for (TrackedStatistic statistic : ALL) {
            Estimate estimate = series.points().getLast().get(statistic);
            assertThat(estimate.standardError()).as("%s", statistic).isPositive().isLessThan(0.2 * estimate.value());
            assertThat(estimate.value()).as("%s", statistic)
                    .isCloseTo(expected.get(statistic), within(5 * estimate.standardError()));
        }
        assertThat(series.points().getFirst().get(TrackedStatistic.RELATIVE_CHANGE).value()).isZero();
    }

    @Test
    void theCostIsKnownBeforeItIsSpent() {
        for (TrackedStatistic statistic : ALL) {
            NtkTracker tracker = NtkTracker.of(net(DType.F64).fn(), x(DType.F64))
                    .labels(labels())
                    .statistics(
                            statistic);
            requirePlannedPasses(tracker.by(Strategy.PRODUCTS).sampling(Sampling.matvecs(36)));
        }
        for (Strategy strategy : new Strategy[]{Strategy.AUTOMATIC, Strategy.EXPLICIT, Strategy.PRODUCTS}) {
            requirePlannedPasses(tracker(DType.F64).by(strategy));
        }
        requirePlannedPasses(tracker(DType.F64).by(Strategy.PRODUCTS).sampling(Sampling.matvecs(5 * ROWS)));
        NtkSeries sampled = tracker(DType.F64).by(Strategy.PRODUCTS)
                .sampling(Sampling.matvecs(36))
                .start(initial(DType.F64));
        // products with both kernels, with their difference and with the centred kernel; vjps of three labels and outputs, twice, and of all at once
        assertThat(sampled.plannedPasses()).isEqualTo(2 * 4 * 36 + 2 * 36 + 2 * 9 + 1);
        assertThat(sampled.explain()).contains("36 products with the kernel", "difference", "labels");
    }

    /** Two looks, at the first kernel and there again. */
    private static void requirePlannedPasses(NtkTracker tracker) {
        NtkSeries series = tracker.start(initial(DType.F64));
        TrainingState state = trainer(DType.F64).start(initial(DType.F64));
        series.started(state);
        series.stepped(state, 1, 0);
        assertThat(series.points()).hasSize(2);
        assertThat(series.spentPasses()).as(series.explain())
                .isEqualTo(2 * series.plannedPasses() + series.initialPasses());
    }

    /** A kernel of 3,000 rows is known by products, where one of 30 is written out; the trace is exact where the planner has it so. */
    @Test
    void whatIsLargeIsEstimatedAndWhatIsCheapIsExact() {
        Tensor many = Key.of(1).normal(1_000, 5);
        NtkPoint point = first(NtkTracker.of(net(DType.F64).fn(), many).sampling(Sampling.matvecs(12)));
        assertThat(point.get(TrackedStatistic.ALIGNMENT).standardError()).isPositive();
        assertThat(point.get(TrackedStatistic.FROBENIUS_NORM).standardError()).isPositive();
        Strategy trace = EmpiricalNtk.of(net(DType.F64).fn(), initial(DType.F64), many)
                .plan(NtkStatistic.TRACE, Sampling.matvecs(12))
                .chosen()
                .strategy();
        assertThat(point.get(TrackedStatistic.TRACE).standardError() == 0).isEqualTo(trace == Strategy.NORMS);
        Tensor few = Key.of(1).normal(10, 5);
        NtkPoint exact = first(NtkTracker.of(net(DType.F64).fn(), few).sampling(Sampling.matvecs(12)));
        assertThat(exact.get(TrackedStatistic.ALIGNMENT).standardError()).isZero();
    }

    private static NtkPoint first(NtkTracker tracker) {
        NtkSeries series = tracker.start(initial(DType.F64));
        series.started(trainer(DType.F64).start(initial(DType.F64)));
        return series.points().getFirst();
    }

    @Test
    void linesAreWrittenAsTheyCome() throws IOException {
        Path csv = directory.resolve("ntk.csv");
        Path json = directory.resolve("ntk.jsonl");
        NtkTracker tracker = NtkTracker.of(net(DType.F64).fn(), x(DType.F64))
                .statistics(TrackedStatistic.TRACE, TrackedStatistic.ALIGNMENT)
                .every(2)
                .csv(csv)
                .jsonLines(json);
        NtkSeries series = tracker.start(initial(DType.F64));
        assertThat(Files.readAllLines(csv)).containsExactly(
                "step,loss,seconds,trace,trace_error,alignment,alignment_error,passes,evaluation_seconds");
        TrainingState state = trainer(DType.F64).start(initial(DType.F64));
        Trainer trainer = trainer(DType.F64).listener(series);
        trainer.run(state, 2);
        assertThat(Files.readAllLines(csv)).hasSize(3);
        trainer.run(state, 2);
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSize(4);
        NtkPoint last = series.points().getLast();
        assertThat(lines.get(1)).startsWith("0,,0.0,");
        assertThat(lines.get(3)).isEqualTo("4,%s,%s,%s,0.0,%s,0.0,%s,%s".formatted(last.loss(), last.seconds(),
                last.get(
                        TrackedStatistic.TRACE).value(),
                last.get(TrackedStatistic.ALIGNMENT).value(), last.passes(), 1e-9 * last.elapsed()
                        .toNanos()));
        List<String> objects = Files.readAllLines(json);
        assertThat(objects).hasSize(3);
        assertThat(objects.get(0))
                .startsWith("{\"step\": 0, \"loss\": null, \"seconds\": 0.0, \"trace\": {\"value\": ");
        assertThat(objects.get(2)).contains("\"alignment\": {\"value\": " + last.get(TrackedStatistic.ALIGNMENT).value()
                + ", \"standard_error\": 0.0}, \"passes\": " + last.passes() + ", \"evaluation_seconds\": ")
                .endsWith("}");
    }

    @Test
    void aResumedRunAddsToItsFile() throws IOException {
        Path csv = directory.resolve("ntk.csv");
        NtkTracker tracker = NtkTracker.of(net(DType.F64).fn(), x(DType.F64)).every(2).csv(csv);
        TrainingState state = trainer(DType.F64).start(initial(DType.F64));
        trainer(DType.F64).listener(tracker.start(initial(DType.F64))).run(state, 2);
        List<String> before = Files.readAllLines(csv);
        // A crash in the middle of a line.
        Files.writeString(csv, "3,0.5,0.", StandardOpenOption.APPEND);
        trainer(DType.F64).listener(tracker.start(initial(DType.F64))).run(state, 2);
        List<String> after = Files.readAllLines(csv);
        assertThat(after.subList(0, 3)).isEqualTo(before);
        // Step 2 once more, where the new series begins, then step 4.
        assertThat(after).hasSize(5);
        assertThat(after.get(3)).startsWith("2,");
        assertThat(after.get(4)).startsWith("4,");
    }

    @Test
    void theSameRunGivesTheSameSeries() {
        for (Strategy strategy : new Strategy[]{Strategy.PRODUCTS, Strategy.EXPLICIT}) {
            NtkTracker tracker = tracker(DType.F64).by(strategy).sampling(Sampling.matvecs(36));
            NtkSeries first = tracker.start(initial(DType.F64));
            NtkSeries second = tracker.start(initial(DType.F64));
            TrainingState state = trainer(DType.F64).start(initial(DType.F64));
            trainer(DType.F64).listener(first).listener(second).run(state, 4);
            for (TrackedStatistic statistic : ALL) {
                assertThat(first.points().getLast().get(statistic).value()).isEqualTo(second.points()
                        .getLast()
                        .get(statistic)
                        .value());
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        NtkTracker tracker = NtkTracker.of(net(DType.F64).fn(), x(DType.F64));
        assertThatThrownBy(() -> tracker.sampling(Sampling.relativeError(0.1))).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("number of products");
        assertThatThrownBy(() -> tracker.every(0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> tracker.statistics(TrackedStatistic.LABEL_ALIGNMENT).start(initial(DType.F64)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("labels");
        assertThatThrownBy(() -> tracker.labels(Tensor.arange(5)).start(initial(DType.F64))).isInstanceOf(
                ShapeException.class)
                .hasMessageContaining("120")
                .hasMessageContaining("f64[5]");
        assertThatThrownBy(() -> tracker.csv(directory.resolve("none/ntk.csv")).start(initial(DType.F64))).isInstanceOf(
                WriteFailedException.class);
        Path other = directory.resolve("other.csv");
        Files.writeString(other, "step,loss\n1,2\n");
        assertThatThrownBy(() -> tracker.csv(other).start(initial(DType.F64))).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("other.csv")
                .hasMessageContaining("frobenius_norm");
        assertThat(Files.readString(other)).isEqualTo("step,loss\n1,2\n");
        NtkSeries series = tracker.statistics(TrackedStatistic.TRACE).start(initial(DType.F64));
        series.started(trainer(DType.F64).start(initial(DType.F64)));
        assertThatThrownBy(() -> series.points().getFirst().get(TrackedStatistic.ALIGNMENT)).isInstanceOf(
                InvalidDataException.class)
                .hasMessageContaining("TRACE");
    }
}
