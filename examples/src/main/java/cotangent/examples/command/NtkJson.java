package cotangent.examples.command;

import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.KernelPlan;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report as JSON; times are in seconds, error bars are half-widths of 95 % intervals. */
final class NtkJson {
    private NtkJson() {}

    static String text(NtkReport report, @Nullable KernelCheck check) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("subject", report.subject());
        root.put("outputs", report.outputs());
        root.put("size", report.size());
        root.put("parameters", report.parameters());
        root.put("statistics", report.statistics().stream().map(NtkJson::estimate).toList());
        report.top()
                .ifPresent(pairs -> root.put("eigenvalues", pairs.estimates()
                        .stream()
                        .map(NtkJson::estimate)
                        .toList()));
        report.density().ifPresent(density -> root.put("spectralDensity", density(density)));
        report.verdict().ifPresent(verdict -> root.put("spectrum", verdict(verdict)));
        if (!report.plans().isEmpty()) {
            root.put("plans", report.plans().stream().map(NtkJson::plan).toList());
        }
        if (check != null) {
            root.put("check", check(check));
        }
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(root);
    }

    private static Map<String, Object> estimate(Estimate estimate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", estimate.name());
        fields.put("value", estimate.value());
        fields.put("halfWidth95", estimate.interval(0.95).halfWidth());
        fields.put("interval95", List.of(estimate.interval(0.95).low(), estimate.interval(0.95).high()));
        fields.put("standardError", estimate.standardError());
        fields.put("errorBar", estimate.errorBar().toString());
        fields.put("numMatvecs", estimate.numMatvecs());
        fields.put("jvps", estimate.jvps());
        fields.put("vjps", estimate.vjps());
        fields.put("samples", estimate.samples());
        fields.put("seed", estimate.seed());
        fields.put("route", estimate.route());
        fields.put("seconds", estimate.elapsed().toNanos() * 1e-9);
        fields.put("converged", estimate.converged());
        return fields;
    }

    private static Map<String, Object> density(SpectralDensity density) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("points", density.points().toDoubles());
        fields.put("values", density.values().toDoubles());
        fields.put("standardErrors", density.standardErrors().toDoubles());
        fields.put("width", density.width());
        fields.put("route", density.route());
        return fields;
    }

    private static Map<String, Object> verdict(SpectrumVerdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shape", verdict.shape().toString());
        fields.put("exponent", verdict.exponent());
        fields.put("rank", verdict.rank());
        fields.put("share", verdict.share());
        fields.put("advice", verdict.advice());
        fields.put("numMatvecs", verdict.numMatvecs());
        return fields;
    }

    private static Map<String, Object> plan(KernelPlan plan) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("statistic", plan.statistic());
        fields.put("chosen", plan.chosen().strategy().toString());
        fields.put("reason", plan.reason());
        fields.put("options", plan.options()
                .stream()
                .map(option -> Map.of("route", option.strategy().toString(),
                        "exact", option.exact(), "seconds", option.seconds(), "work", option.work()))
                .toList());
        return fields;
    }

    private static Map<String, Object> check(KernelCheck check) {
        List<Map<String, Object>> entries = check.entries().stream().map(entry -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", entry.estimate().name());
            fields.put("explicit", entry.explicit());
            fields.put("difference", entry.difference());
            fields.put("allowed", entry.allowed());
            return fields;
        }).toList();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("agrees", check.agrees());
        fields.put("productDifference", check.productDifference());
        fields.put("productTolerance", check.productTolerance());
        fields.put("entries", entries);
        return fields;
    }
}
