package cotangent.examples.traces;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a product with the kernel of a gated recurrent network takes in PyTorch, where a Python has it.
 *
 * @param name        with its version
 * @param oneMillis   with one vector
 * @param blockMillis with each vector of a block, in the best size
 * @param block       that size
 */
record TorchPeer(String name, double oneMillis, double blockMillis, int block) {
    private static final String SCRIPT = "direct_torch.py";
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
        List<String> command = new ArrayList<>(List.of(python, "-"));
        Stream.of(threads, TraceModel.GRU_FEATURES, size.width(), size.depth(), size.samples(), timed)
                .map(
                        number -> Integer.toString(number))
                .forEach(command::add);
        command.add(BLOCKS);
        try {
            JsonNode said = JsonMapper.shared().readTree(said(command));
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

    /** What the program prints; its complaint, of which the last line says why, goes to a file, so that no pipe fills up. */
    private static String said(List<String> command) throws IOException {
        Path complaint = Files.createTempFile("cotangent-peer", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectError(complaint.toFile()).start();
            try (OutputStream in = process.getOutputStream();
                    InputStream script = Objects.requireNonNull(TorchPeer.class.getResourceAsStream(SCRIPT))) {
                script.transferTo(in);
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(Files.readAllLines(complaint)
                        .reversed()
                        .stream()
                        .findFirst()
                        .orElse("status " + status));
            }
            return said;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.delete(complaint);
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
