package cotangent.spec.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results of {@code bench traces} as JSON; errors are relative, the mean over all seeds. */
final class AccuracyJson {
    private AccuracyJson() {}

    static void write(Path file, List<AccuracyCase.Result> results, int threads) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("java", Runtime.version().toString());
        root.put("threads", threads);
        root.put("tolerance", AccuracyCase.TOLERANCE);
        root.put("rows", results.stream().map(AccuracyJson::row).toList());
        BenchJson.write(file, root);
    }

    private static Map<String, Object> row(AccuracyCase.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("group", result.of().group());
        fields.put("spectrum", result.of().spectrum());
        fields.put("estimator", result.of().estimator());
        fields.put("budget", result.of().budget());
        fields.put("products", result.spent());
        fields.put("seeds", result.seeds());
        fields.put("meanRelativeError", result.meanError());
        fields.put("theory", result.of().theory());
        fields.put("covered95", result.covered());
        fields.put("worse", result.worse());
        return fields;
    }
}
