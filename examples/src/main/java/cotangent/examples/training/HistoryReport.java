package cotangent.examples.training;

import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.ntk.TrackedStatistic;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Training runs side by side: a table for each, a chart for each statistic, and how each goes together with the loss. */
final class HistoryReport {
    private final Findings findings;
    private final String prefix;
    private final String kernel;
    private final Chart loss;
    private final Map<TrackedStatistic, Chart> charts = new EnumMap<>(TrackedStatistic.class);
    private final Map<String, Object> series = new LinkedHashMap<>();

    /**
     * An empty report.
     *
     * @param prefix of the plots' names
     * @param kernel which it is, for titles and headings; empty where there is but one
     * @param loss   which loss it is, for its axis
     */
    HistoryReport(Findings findings, String prefix, String kernel, String loss) {
        this.findings = findings;
        this.prefix = prefix;
        this.kernel = kernel.isEmpty() ? "" : ", " + kernel;
        this.loss = Chart.semiLogarithmic("Loss", "step", loss);
        for (TrackedStatistic statistic : TrackedStatistic.values()) {
            charts.put(statistic, Chart.linear(title(statistic) + this.kernel, "step", axis(statistic)));
        }
    }

    private static String title(TrackedStatistic statistic) {
        return switch (statistic) {
            case TRACE -> "Trace";
            case FROBENIUS_NORM -> "Frobenius norm";
            case EFFECTIVE_RANK -> "Effective rank";
            case ALIGNMENT -> "Alignment with the first kernel";
            case RELATIVE_CHANGE -> "Change since the first kernel";
            case LABEL_ALIGNMENT -> "Alignment with the labels";
            case TARGET_ALIGNMENT -> "Kernel-target alignment";
            case CENTRED_TARGET_ALIGNMENT -> "Centred kernel-target alignment";
        };
    }

    private static String axis(TrackedStatistic statistic) {
        return switch (statistic) {
            case TRACE -> "tr K / tr K₀";
            case FROBENIUS_NORM -> "‖K‖ / ‖K₀‖";
            case EFFECTIVE_RANK -> "(tr K)² / ‖K‖²";
            case ALIGNMENT -> "⟨K, K₀⟩ / (‖K‖ ‖K₀‖)";
            case RELATIVE_CHANGE -> "‖K − K₀‖ / ‖K₀‖";
            case LABEL_ALIGNMENT -> "yᵀKy / (‖K‖ ‖y‖²)";
            case TARGET_ALIGNMENT -> "⟨K, T⟩ / (‖K‖ ‖T‖), T = YYᵀ ⊗ I";
            case CENTRED_TARGET_ALIGNMENT -> "⟨HKH, HTH⟩ / (‖HKH‖ ‖HTH‖)";
        };
    }

    /** Whether runs are compared by how much of the first value there is. */
    private static boolean ofFirst(TrackedStatistic statistic) {
        return statistic == TrackedStatistic.TRACE || statistic == TrackedStatistic.FROBENIUS_NORM;
    }

    /** Adds a run. */
    HistoryReport add(KernelHistory run) {
        Table table = Table
                .of(run.name() + kernel, "first", "last", "± 95 %", "over steps", "with log loss: r", "rank ρ",
                        "r of changes")
                .text(4);
        double[] losses = run.losses();
        table.row("loss", Table.number(losses[0], 3), Table.number(run.lastLoss(), 3), "", Sparkline.decay(
                losses[0] / smallest(losses), losses), "", "",
                "");
        loss.line(run.name(), run.steps(), losses);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("steps", run.steps());
        found.put("loss", losses);
        for (TrackedStatistic statistic : run.statistics()) {
            row(table, run, statistic);
            draw(run, statistic);
            double[] values = run.values(statistic);
            found.put(statistic.label(), values);
            found.put(statistic.label() + "HalfWidths", run.halfWidths(statistic));
            found.put(statistic.label() + "LogLossCorrelation", Correlation.linear(values, logarithms(losses)));
            found.put(statistic.label() + "LossRankCorrelation", Correlation.ofRanks(values, losses));
            found.put(statistic.label() + "LogLossChangeCorrelation",
                    Correlation.ofChanges(values, logarithms(losses)));
        }
        series.put(run.name(), found);
        findings.table(table);
        return this;
    }

    private static void row(Table table, KernelHistory run, TrackedStatistic statistic) {
        double[] values = run.values(statistic);
        double[] halfWidths = run.halfWidths(statistic);
        double last = halfWidths[halfWidths.length - 1];
        double[] logarithms = logarithms(run.losses());
        table.row(statistic.label().replace('_', ' '), Table.number(values[0], 4), Table.number(values[values.length
                - 1], 4), last == 0 ? "exact" : Table.number(last, 2), Sparkline.of(values), sign(Correlation.linear(
                        values, logarithms)),
                sign(Correlation.ofRanks(values, logarithms)), sign(Correlation.ofChanges(
                        values, logarithms)));
    }

    private static double smallest(double... losses) {
        return Arrays.stream(losses).min().orElse(1);
    }

    /** Losses fall by powers of ten: of themselves the first few would be all that is seen. */
    private static double[] logarithms(double... losses) {
        return Arrays.stream(losses).map(loss -> Math.log10(Math.max(Double.MIN_NORMAL, loss))).toArray();
    }

    private static String sign(double correlation) {
        return String.format(Locale.ROOT, "%+.2f", correlation);
    }

    private void draw(KernelHistory run, TrackedStatistic statistic) {
        double[] values = run.values(statistic);
        double scale = ofFirst(statistic) ? 1 / values[0] : 1;
        double[] shown = Arrays.stream(values).map(value -> scale * value).toArray();
        double[] halfWidths = Arrays.stream(run.halfWidths(statistic)).map(width -> scale * width).toArray();
        Chart chart = charts.get(statistic);
        if (chart != null) {
            chart.line(run.name(), run.steps(), shown, halfWidths);
        }
    }

    /** What the columns of correlations say. */
    static void explain(Findings findings) {
        findings.line(
                "r and ρ: Pearson's correlation with the loss's logarithm and Spearman's, over the looks. What drifts while")
                .line("the loss falls has ones near ±1; the correlation of changes from look to look does not see drift.")
                .line("label alignment: with yyᵀ, y the labels of all outputs as one vector; target alignment: with YYᵀ ⊗ I, which")
                .line("says for each output alike which samples have one label (centred: of both, less their means over the samples).")
                .line("");
    }

    /**
     * Hands plots and numbers over.
     *
     * @param key of the numbers
     */
    Findings finish(String key, TrackedStatistic... plotted) {
        for (TrackedStatistic statistic : plotted) {
            Plot chart = charts.get(statistic);
            if (chart != null) {
                findings.plot(prefix + "-" + statistic.label().replace('_', '-'), chart);
            }
        }
        return findings.value(key, series).plot(prefix + "-loss", loss);
    }
}
