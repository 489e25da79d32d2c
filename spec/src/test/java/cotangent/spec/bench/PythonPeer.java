package cotangent.spec.bench;

import cotangent.examples.experiment.PythonScript;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A peer in Python: a script of {@code spec/peers}, run where its Python has what it imports. */
final class PythonPeer {
    private static final String FOLDER = "/cotangent/spec/peers/";
    private static final Duration LIMIT = Duration.ofHours(1);

    private PythonPeer() {}

    /**
     * One round of a script.
     *
     * @return who ran and how long it took; null where it cannot run, which is noted
     */
    static @Nullable Side run(String script, List<String> arguments, Settings settings) {
        try {
            List<String> all = new ArrayList<>();
            Stream.of(settings.threads(), settings.millis(), settings.warmUps(), settings.measurements())
                    .map(number -> Integer.toString(number))
                    .forEach(all::add);
            all.addAll(arguments);
            PythonScript python = PythonScript.of(PythonPeer.class, LIMIT, FOLDER + "timing.py", FOLDER + script);
            return side(python.run(settings.python(), all));
        } catch (IOException | JacksonException absent) {
            settings.notes().accept("no peer from %s: %s".formatted(script, absent.getMessage()));
            return null;
        }
    }

    private static Side side(JsonNode node) {
        double[] nanos = StreamSupport.stream(node.get("nanos").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        return new Side(node.get("peer").asString(), new Timing(nanos));
    }
}
