package cotangent.spec.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A peer in Python: a script of {@code spec/peers}, run where its Python has what it imports. */
final class PythonPeer {
    private static final String FOLDER = "/cotangent/spec/peers/";

    private PythonPeer() {}

    /**
     * One round of a script.
     *
     * @return who ran and how long it took; null where it cannot run, which is noted
     */
    static @Nullable Side run(String script, List<String> arguments, Settings settings) {
        try {
            List<String> command = new ArrayList<>(List.of(settings.python(), "-", Integer.toString(settings.threads()),
                    Integer
                            .toString(settings.millis()),
                    Integer.toString(settings.warmUps()), Integer.toString(
                            settings.measurements())));
            command.addAll(arguments);
            return side(said(command, source("timing.py") + source(script)));
        } catch (IOException | JacksonException absent) {
            settings.notes().accept("no peer from %s: %s".formatted(script, absent.getMessage()));
            return null;
        }
    }

    private static Side side(String json) {
        JsonNode node = JsonMapper.shared().readTree(json);
        double[] nanos = StreamSupport.stream(node.get("nanos").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        return new Side(node.get("peer").asString(), new Timing(nanos));
    }

    /** What the program prints; its complaint, of which the last line says why, goes to a file, so that no pipe fills up. */
    private static String said(List<String> command, String program) throws IOException {
        Path complaint = Files.createTempFile("cotangent-bench", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectError(complaint.toFile()).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(program.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(Files.readAllLines(complaint)
                        .reversed()
                        .stream()
                        .findFirst()
                        .orElse("status "
                                + status));
            }
            return said;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.delete(complaint);
        }
    }

    private static String source(String script) throws IOException {
        try (InputStream stream = PythonPeer.class.getResourceAsStream(FOLDER + script)) {
            if (stream == null) {
                throw new IOException("not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        }
    }
}
