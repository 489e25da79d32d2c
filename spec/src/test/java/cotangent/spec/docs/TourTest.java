package cotangent.spec.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every block of the tour, typed in order: what an exercise starts with fails its check, its solution passes. */
final class TourTest {
    private static final Path TOUR = Path.of("..", "docs", "tour.md");
    private static final Pattern FENCE = Pattern.compile("(?s)```java *(\\w*)\\n(.*?)\\n```");

    @Test
    void theSolutionsPassTheirChecks() throws IOException {
        Matcher fence = FENCE.matcher(Files.readString(TOUR));
        int solved = 0;
        try (Session session = Session.start()) {
            String check = "";
            while (fence.find()) {
                String text = fence.group(2);
                switch (fence.group(1)) {
                    case "check" -> {
                        check = text;
                        assertThat(verdict(session, check)).as("before it is solved: " + text).isEqualTo("false");
                    }
                    case "solution" -> {
                        session.type(text);
                        assertThat(verdict(session, check)).as(check).isEqualTo("true");
                        solved++;
                    }
                    default -> assertThat(session.type(text)).allMatch(Session::fits);
                }
            }
        }
        assertThat(solved).isEqualTo(14);
    }

    private static String verdict(Session session, String check) {
        List<String> answers = session.type(check);
        String last = answers.getLast();
        return last.substring(last.indexOf("==> ") + 4);
    }
}
