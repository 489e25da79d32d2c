package cotangent.spec.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java of the page on models of one's own, with the files that PyTorch wrote in place of the reader's. */
final class OwnModelDocTest {
    private static final Path PAGE = Path.of("..", "docs", "own-model.md");
    private static final String FILES = "../examples/src/test/resources/cotangent/examples/model/conv";

    @Test
    void everyJavaBlockRuns() throws IOException {
        String page = Files.readString(PAGE)
                .replace("\"model.safetensors\"", '"' + FILES + ".safetensors\"")
                .replace(
                        "\"inputs.npy\"", '"' + FILES + "-inputs.npy\"");
        Matcher fence = Pattern.compile("(?s)```java\\n(.*?)\\n```").matcher(page);
        List<String> answers = new ArrayList<>();
        try (Session session = Session.start()) {
            while (fence.find()) {
                answers.addAll(session.type(fence.group(1)));
            }
            answers.addAll(session.type("double trace = statistics.trace().value();"));
        }
        assertThat(answers).allMatch(Session::fits);
        assertThat(answers).anyMatch(answer -> answer.startsWith("leading ==> eigenvalues ["));
        // as PyTorch's kernel has it; to 1e-12, as far as this text of 14 digits goes
        assertThat(answers.getLast()).startsWith("trace ==> 67.3193935885");
    }
}
