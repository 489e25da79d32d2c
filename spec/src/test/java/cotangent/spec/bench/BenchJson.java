package cotangent.spec.bench;

import cotangent.dsl.CotangentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Rows as JSON, with what they were measured on; times are nanoseconds per operation. */
final class BenchJson {
    private BenchJson() {}

    static void write(Path file, List<Row> rows, Settings settings) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("processor", Processor.here().model());
        root.put("processors", Runtime.getRuntime().availableProcessors());
        root.put("java", Runtime.version().toString());
        root.put("threads", settings.threads());
        root.put("rounds", settings.rounds());
        root.put("measurementSeconds", settings.millis() * 1e-3);
        root.put("rows", rows.stream().map(BenchJson::row).toList());
        write(file, root);
    }

    /** Writes a document, whole or not at all. */
    static void write(Path file, Map<String, Object> root) {
        String text = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(root);
        try {
            Path whole = file.toAbsolutePath();
            Path part = Files.createTempFile(whole.getParent(), "bench", ".json");
            Files.writeString(part, text + System.lineSeparator());
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new CotangentException("--json: cannot write " + file + ": " + unwritable, unwritable);
        }
    }

    private static Map<String, Object> row(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", row.name());
        fields.put("ours", side(row.ours(), row.measure()));
        Side peer = row.peer();
        fields.put("peer", peer == null ? null : side(peer, row.measure()));
        fields.put("ratio", peer == null ? null : row.ratio());
        fields.put("low", peer == null ? null : row.low());
        fields.put("high", peer == null ? null : row.high());
        fields.put("target", row.target());
        fields.put("outcome", row.outcome().toString());
        return fields;
    }

    private static Map<String, Object> side(Side side, Measure measure) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", side.name());
        fields.put("value", measure.of(side.timing().median()));
        fields.put("unit", measure.unit());
        fields.put("nanos", side.timing().median());
        fields.put("lowerQuartile", side.timing().lowerQuartile());
        fields.put("upperQuartile", side.timing().upperQuartile());
        if (!Double.isNaN(side.timing().allocated())) {
            fields.put("allocatedBytes", side.timing().allocated());
        }
        return fields;
    }
}
