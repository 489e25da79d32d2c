package cotangent.examples.traces;

import cotangent.examples.experiment.PythonScript;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a product with the kernel of a gated recurrent network takes in PyTorch, where a Python has it.
 *
 * @param name        with its version
 * @param oneMillis   with one vector
 * @param blockMillis with each vector of a block, in the best size
 * @param block       that size
 */
record TorchPeer(String name, double oneMillis, double blockMillis, int block) {
    private static final PythonScript SCRIPT = PythonScript.of(TorchPeer.class, Duration.ofHours(1), "direct_torch.py");
    private static final String BLOCKS = "4,8,16,32,64,128";

    /**
     * Runs the script.
     *
     * @param python  the interpreter
     * @param threads PyTorch may use
     * @param timed   single products
     * @throws IOException if it cannot run, saying why
     */
    static TorchPeer measure(String python, int threads, Family.Size size, int timed) throws IOException {
        List<String> arguments = new ArrayList<>();
        Stream.of(threads, TraceModel.GRU_FEATURES, size.width(), size.depth(), size.samples(), timed)
                .map(number -> Integer.toString(number))
                .forEach(arguments::add);
        arguments.add(BLOCKS);
        JsonNode said = SCRIPT.run(python, arguments);
        try {
            int block = 1;
            double best = Double.POSITIVE_INFINITY;
            for (Map.Entry<String, JsonNode> each : said.get("blockMillis").properties()) {
                if (each.getValue().asDouble() < best) {
                    best = each.getValue().asDouble();
                    block = Integer.parseInt(each.getKey());
                }
            }
            return new TorchPeer(said.get("peer").asString(), said.get("oneMillis").asDouble(), best, block);
        } catch (JacksonException malformed) {
            throw new IOException(malformed.getMessage(), malformed);
        }
    }

    /** For JSON. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("peer", name);
        values.put("oneMillis", oneMillis);
        values.put("blockMillis", blockMillis);
        values.put("block", block);
        return values;
    }
}
