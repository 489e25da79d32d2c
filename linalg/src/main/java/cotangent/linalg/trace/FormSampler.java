package cotangent.linalg.trace;

import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Samples of vᵀf(A)v over probes from recurrences of a common number of steps, all of which can go on.
 *
 * <p>The variance of a sample is known up to tr f(A)² and tr f(A): for sphere probes 2n/(n + 2)·(tr f² − (tr f)²/n), for normal
 * ones 2 tr f², and these traces come from the same recurrences without further products; for signs it is that of the values.
 * What the recurrence still misses of f is told by how much the mean over all probes changed with its last quarter.
 */
final class FormSampler {
    /** Three vectors a probe are kept, so that wider blocks would take memory and gain little. */
    private static final int WIDTH = 32;

    private final MeteredOperator operator;
    private final Function<Tensor, ProbeRuns> start;
    private final List<ProbeRuns> blocks = new ArrayList<>();
    private int probes;
    private int steps;

    FormSampler(MeteredOperator operator, Function<Tensor, ProbeRuns> start) {
        this.operator = operator;
        this.start = start;
    }

    int probes() {
        return probes;
    }

    int steps() {
        return steps;
    }

    /** Goes on to so many steps with every probe there is, and for those to come. */
    void deepen(int to) {
        steps = to;
        blocks.forEach(block -> block.extend(to));
    }

    /** Takes probes until there are so many. */
    void widen(int to) {
        int width = Math.max(1, operator.sampling().blockSize() > 0 ? operator.sampling().blockSize() : WIDTH);
        while (probes < to) {
            int next = Math.min(to, probes + width);
            ProbeRuns runs = start.apply(operator.probes(probes, next));
            runs.extend(steps);
            blocks.add(runs);
            probes = next;
        }
    }

    private double[] forms(int used, DoubleUnaryOperator f) {
        double[] forms = new double[probes];
        int at = 0;
        for (ProbeRuns block : blocks) {
            for (int j = 0; j < block.count(); j++) {
                forms[at++] = block.form(j, used, f);
            }
        }
        return forms;
    }

    private static double mean(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum / numbers.length;
    }

    /** How much the mean changed with the last quarter of the steps. */
    double truncation(DoubleUnaryOperator f) {
        int shorter = Math.max(1, steps - Math.max(1, steps / 4));
        return shorter == steps ? 0 : Math.abs(mean(forms(steps, f)) - mean(forms(shorter, f)));
    }

    /** The trace of f(A) as the samples tell it. */
    Estimate estimate(String name, DoubleUnaryOperator f, String recurrence) {
        double[] samples = forms(steps, f);
        double value = mean(samples);
        double freedom = probes - 1.0;
        Probes law = operator.sampling().law();
        double variance = sampleVariance(samples, value);
        if (law.rotationInvariant()) {
            int n = operator.columns();
            double centre = law == Probes.GAUSSIAN ? 0 : value / n;
            double second = mean(forms(steps, x -> Math.pow(f.applyAsDouble(x) - centre, 2)));
            double fourth = mean(forms(steps, x -> Math.pow(f.applyAsDouble(x) - centre, 4)));
            if (second > 0) {
                variance = (law == Probes.GAUSSIAN ? 2 : 2.0 * n / (n + 2)) * second;
                freedom = Math.max(freedom, Math.min(1e6, fourth > 0 ? probes * second * second / fourth : freedom));
            }
        }
        variance *= law.correction(probes, operator.columns());
        double missed = truncation(f);
        return new Estimate(name, value, Math.hypot(Math.sqrt(variance / probes), missed), ErrorBar.SAMPLE,
                (int) freedom, 0, operator.spent(), operator.jvps(), operator.vjps(), probes, operator.sampling()
                        .seed(),
                "%d %s probes, %d %s each, the last quarter of which changed %.1e".formatted(probes,
                        law, steps, recurrence, missed),
                operator.elapsed(), true);
    }

    private static double sampleVariance(double[] samples, double mean) {
        double squares = 0;
        for (double sample : samples) {
            squares += (sample - mean) * (sample - mean);
        }
        return squares / Math.max(1, samples.length - 1);
    }

    /** The smoothed density of each probe over n, one row per probe. */
    double[][] densities(double width, double[] points) {
        double[][] rows = new double[probes][];
        int at = 0;
        for (ProbeRuns block : blocks) {
            for (int j = 0; j < block.count(); j++) {
                rows[at] = block.density(j, steps, width, points);
                for (int p = 0; p < points.length; p++) {
                    rows[at][p] /= operator.columns();
                }
                at++;
            }
        }
        return rows;
    }

    List<ProbeRuns> blocks() {
        return blocks;
    }
}
