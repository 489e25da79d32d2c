package cotangent.examples.report;

import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Findings.Part;
import cotangent.examples.plot.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The report as one HTML file that needs nothing beside it: style and pictures are inside, there is no script.
 *
 * <p>It follows the reader's choice of light or dark, and reads on any width: tables scroll inside their own frame.
 */
final class Page {
    /** What a sparkline or a bar is made of. */
    private static final Pattern BLOCKS = Pattern.compile("[\\u2581-\\u258F]");
    /** What only lines up where all letters are of one width. */
    private static final Pattern ALIGNED = Pattern.compile("\\S {2,}\\S");

    private final Markup page = new Markup();

    private Page() {}

    /**
     * The page.
     *
     * @param started when, in words
     * @param command the command line of the report itself
     * @param setting facts about program and machine
     */
    static String of(List<Chapter> chapters, String started, String command, Map<String, String> setting) {
        Page page = new Page();
        page.head();
        page.front(chapters, started, command, setting);
        chapters.forEach(page::chapter);
        page.page.raw("</main>\n</body>\n</html>\n");
        return page.page.toString();
    }

    private void head() {
        page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .element("title", "Cotangent: report")
                .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n");
    }

    private static String style() {
        try (InputStream resource = Objects.requireNonNull(Page.class.getResourceAsStream("page.css"))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private void front(List<Chapter> chapters, String started, String command, Map<String, String> setting) {
        double seconds = chapters.stream().mapToDouble(Chapter::seconds).sum();
        long failed = chapters.stream().filter(Chapter::failed).count();
        page.raw("<header>\n").element("p", "class=\"kicker\"", "Cotangent").element("h1", "Report");
        page.element("p", "class=\"lead\"",
                "%d experiment%s in %s%s, %s".formatted(chapters.size(), chapters.size() == 1
                        ? ""
                        : "s", duration(seconds), failed == 0 ? "" : "; %d failed".formatted(failed), started));
        page.element("pre", "class=\"command\"", command).raw("<dl class=\"facts\">\n");
        setting.forEach((name, value) -> page.raw("<div>").element("dt", name).element("dd", value).raw("</div>\n"));
        page.raw("</dl>\n<nav>\n<ol>\n");
        for (Chapter chapter : chapters) {
            page.raw("<li><a href=\"#%s\">%s</a> <span>%s%s</span></li>\n".formatted(chapter.name(),
                    Markup.escaped(chapter
                            .name()),
                    Markup.escaped(chapter.summary()), chapter.failed() ? " (failed)" : ""));
        }
        page.raw("</ol>\n</nav>\n</header>\n");
    }

    private void chapter(Chapter chapter) {
        page.raw("<section id=\"%s\">\n".formatted(chapter.name())).element("h2", chapter.name());
        page.element("p", "class=\"lead\"", chapter.summary());
        page.element("pre", "class=\"command\"", chapter.command());
        if (chapter.failed()) {
            page.element("p", "class=\"failure\"", "Failed after %s: %s".formatted(duration(chapter.seconds()), chapter
                    .failure()));
        }
        chapter.findings().ifPresent(this::findings);
        page.raw("<details>\n<summary>options and numbers</summary>\n");
        options(chapter.options());
        chapter.findings()
                .ifPresent(found -> page.element("pre", "class=\"scroll json\"", found.json(chapter.name(), chapter
                        .seconds())));
        page.raw("</details>\n")
                .element("p", "class=\"time\"", seeds(chapter.options()) + duration(chapter.seconds()))
                .raw("</section>\n");
    }

    private void findings(Findings findings) {
        List<Part.Picture> pictures = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Part part : findings.parts()) {
            switch (part) {
                case Part.Line line -> lines.add(line.text());
                case Part.Paragraph paragraph -> lines.add(paragraph.text());
                case Part.Columns columns -> {
                    paragraphs(lines);
                    table(columns.table());
                }
                case Part.Picture picture -> pictures.add(picture);
            }
        }
        paragraphs(lines);
        if (!pictures.isEmpty()) {
            page.raw("<div class=\"figures\">\n");
            pictures.forEach(picture -> Picture.write(page, picture.name(), picture.plot()));
            page.raw("</div>\n");
        }
    }

    /** The lines so far, which are forgotten then; an empty one separates. */
    private void paragraphs(List<String> lines) {
        for (String line : lines) {
            boolean aligned = ALIGNED.matcher(line).find() || BLOCKS.matcher(line).find();
            if (aligned) {
                page.element("pre", "class=\"scroll\"", line);
            } else if (!line.isEmpty()) {
                page.element("p", line.strip());
            }
        }
        lines.clear();
    }

    private void table(Table table) {
        page.raw("<div class=\"scroll\"><table>\n<thead><tr>");
        cells("th", table, table.heading());
        page.raw("</tr></thead>\n<tbody>\n");
        for (List<String> row : table.rows()) {
            page.raw("<tr>");
            cells("td", table, row);
            page.raw("</tr>\n");
        }
        page.raw("</tbody>\n</table></div>\n");
    }

    private void cells(String kind, Table table, List<String> cells) {
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String look = BLOCKS.matcher(cell).find() ? "spark" : table.isText(column) ? "text" : "number";
            page.element(kind, "class=\"%s\"".formatted(look), cell);
        }
    }

    private void options(Map<String, String> options) {
        page.raw("<dl class=\"options\">\n");
        options.forEach((name, value) -> page.raw("<div>").element("dt", name).element("dd", value).raw("</div>\n"));
        page.raw("</dl>\n");
    }

    /** The options about seeds, such as {@code seed 0, }. */
    private static String seeds(Map<String, String> options) {
        return options.entrySet()
                .stream()
                .filter(option -> option.getKey().contains("seed"))
                .map(option -> "%s %s, ".formatted(option.getKey().replace("--", ""), option.getValue()))
                .collect(Collectors.joining());
    }

    private static String duration(double seconds) {
        return seconds < 90
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%.0f min %02.0f s", Math.floor(seconds / 60), seconds % 60);
    }
}
