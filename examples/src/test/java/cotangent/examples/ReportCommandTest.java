package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One page from two small experiments, one of which refuses its options. */
final class ReportCommandTest {
    private static final String SMALL = "two-layer-limit --width 60 --widths 30,90 --samples 5 --features 3 --seeds 2";
    private static final Pattern DATA = Pattern.compile("\"data:image/png;base64,([^\"]+)\"");

    @TempDir
    private static Path folder;

    private static Invocation run;
    private static String page;

    @BeforeAll
    static void write() throws IOException {
        run = Invocation.of("report", "--out", folder.toString(), "--run", SMALL, "--run", "lazy-rich --width 0");
        page = Files.readString(folder.resolve("report.html"));
    }

    @Test
    void saysWhereItIsAndWhatFailed() {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().strip()).isEqualTo(folder + "/report.html");
        assertThat(run.err()).contains("1 of 2: two-layer-limit", "2 of 2: lazy-rich",
                "failed: --width: expected a number");
        assertThat(page).contains("Failed after", "--width: expected a number from 1");
    }

    /** The numbers on the page are those that the command gives on its own. */
    @Test
    void holdsTheNumbersOfTheExperiment() {
        JsonNode alone = JsonMapper.shared().readTree(Invocation.line(SMALL + " --json").out());
        assertThat(page).contains("&quot;relativeErrors&quot; : [ " + alone.at("/relativeErrors/0").asString());
        assertThat(page).contains("<th class=\"text\">angle</th>", "<td class=\"number\">1.000000</td>");
    }

    @Test
    void tellsSeedsOptionsVersionsAndCommands() {
        assertThat(page).contains("<p class=\"time\">seeds 2, ", "<dt>--seeds</dt>\n<dd>2</dd>",
                "<dt>--widths</dt>\n<dd>30,90</dd>",
                "./cotangent " + SMALL, "./cotangent report --out " + folder, "<dd>cotangent 0.1.0</dd>",
                System.getProperty("java.runtime.version"));
    }

    /** Two plots, each light and dark, wide and narrow, and each of the four a different picture. */
    @Test
    void embedsItsPictures() throws IOException {
        List<BufferedImage> images = new ArrayList<>();
        for (Matcher data = DATA.matcher(page); data.find();) {
            images.add(ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.group(1)))));
        }
        assertThat(images).hasSize(8);
        for (int plot = 0; plot < images.size(); plot += 4) {
            assertThat(brightness(images.get(plot))).as("dark and narrow").isLessThan(100);
            assertThat(brightness(images.get(plot + 1))).as("light and narrow").isGreaterThan(200);
            assertThat(brightness(images.get(plot + 2))).as("dark and wide").isLessThan(100);
            assertThat(brightness(images.get(plot + 3))).as("light and wide").isGreaterThan(200);
            assertThat(images.get(plot).getWidth()).isLessThan(images.get(plot + 2).getWidth());
        }
    }

    private static int brightness(BufferedImage image) {
        return image.getRGB(3, 3) & 0xFF;
    }

    @Test
    void needsNothingElse() {
        String text = DATA.matcher(page).replaceAll("");
        assertThat(text).doesNotContain("http:", "https:", "<script", "<link", "url(", "@import");
        assertThat(text).contains("prefers-color-scheme: dark", "width=device-width");
    }

    @Test
    void isNested() {
        Set<String> empty = Set.of("meta", "source", "img");
        Deque<String> open = new ArrayDeque<>();
        Matcher tag = Pattern.compile("<(/?)([a-z0-9]+)[^>]*>").matcher(page);
        while (tag.find()) {
            String name = tag.group(2);
            if (!tag.group(1).isEmpty()) {
                assertThat(open.pop()).isEqualTo(name);
            } else if (!empty.contains(name)) {
                open.push(name);
            }
        }
        assertThat(open).isEmpty();
    }

    @Test
    void knowsTheExperimentsByName() {
        Invocation unknown = Invocation.of("report", "--out", folder.toString(), "--run", "lazyrich");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--run: expected one of ", " two-layer-limit, ", "did you mean lazy-rich?");
        Invocation wrong = Invocation.of("report", "--out", folder.toString(), "--run", "lazy-rich --widht 3");
        assertThat(wrong.err()).contains("--run: lazy-rich: ", "--widht").hasLineCount(1);
    }

    /** What runs without being told exists. */
    @Test
    void theDefaultsAreExperiments() {
        Matcher names = Pattern.compile("\\(default[^:]*:\\s+([a-z,-]+)\\)")
                .matcher(Invocation.line("report --help").out().replaceAll("\\s+", " ").replace(", ", ","));
        assertThat(names.find()).isTrue();
        assertThat(Invocation.line("examples").out()).contains(names.group(1).split(","));
    }
}
