package cotangent.spec.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
    private static final Path HOME = Path.of("..");

    @Test
    void theSessionAnswersAsTheReadmeSays() throws IOException {
        String readme = Files.readString(HOME.resolve("README.md"));
        List<String> answers;
        try (Session session = Session.start()) {
            answers = session.type(block(readme, "java"));
        }
        assertThat(answers).allMatch(Session::fits);
        assertThat(timeless(String.join("\n", answers))).isEqualTo(timeless(block(readme, "text")));
    }

    @Test
    void theLinksLeadSomewhere() throws IOException {
        Matcher link = Pattern.compile("]\\((?!http)([^)#]+)").matcher(Files.readString(HOME.resolve("README.md")));
        assertThat(link.find()).isTrue();
        link.results().forEach(found -> assertThat(HOME.resolve(found.group(1))).exists());
    }

    /** The first fenced block in a language. */
    private static String block(String markdown, String language) {
        Matcher fence = Pattern.compile("(?s)```" + language + "\\n(.*?)\\n```").matcher(markdown);
        assertThat(fence.find()).as("a block of " + language).isTrue();
        return fence.group(1);
    }

    /** The text without durations, and without the digits of long numbers that rounding may change from machine to machine. */
    private static String timeless(String text) {
        return text.strip().replaceAll("[\\d.]+ (ms|s)\\b", "TIME").replaceAll("(\\.\\d{8})\\d+", "$1");
    }
}
