package cotangent.examples.experiment;

import cotangent.examples.plot.OutputDirectory;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.examples.plot.Wrapping;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What an experiment found: text and tables for the terminal, named values for JSON, plots; a report shows all of it. */
public final class Findings {
    private static final int WIDTH = 98;

    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** What there is to look at, in the order in which it was added. */
    public sealed interface Part {
        /**
         * A line of text, without indentation.
         *
         * @param text empty for an empty line
         */
        record Line(String text) implements Part {}

        /**
         * Sentences that belong together, as one long line.
         *
         * @param text not empty
         */
        record Paragraph(String text) implements Part {}

        /**
         * A table.
         *
         * @param table with its rows
         */
        record Columns(Table table) implements Part {}

        /**
         * A plot.
         *
         * @param name without extension
         * @param plot draws it
         */
        record Picture(String name, Plot plot) implements Part {}
    }

    /** Nothing yet. */
    public Findings() {}

    /** Adds a line of text, two spaces in. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    public Findings line(String format, Object... arguments) {
        parts.add(new Part.Line(format.formatted(arguments).stripTrailing()));
        return this;
    }

    /** Adds sentences, which break into lines where the terminal ends and flow on a page. */
    @SuppressWarnings("AnnotateFormatMethod") // as above
    public Findings paragraph(String format, Object... arguments) {
        parts.add(new Part.Paragraph(format.formatted(arguments).strip()));
        return this;
    }

    /** Adds a table and an empty line. */
    public Findings table(Table table) {
        parts.add(new Part.Columns(table));
        return this;
    }

    /** Adds a value for JSON: a number, a text, an array of numbers, or a map or list of such. */
    public Findings value(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** Adds a plot, whose file has this name. */
    public Findings plot(String name, Plot plot) {
        parts.removeIf(part -> part instanceof Part.Picture picture && picture.name().equals(name));
        parts.add(new Part.Picture(name, plot));
        return this;
    }

    /** What there is to look at, in the order in which it was added. */
    public List<Part> parts() {
        return List.copyOf(parts);
    }

    String text() {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        for (Part part : parts) {
            switch (part) {
                case Part.Line line -> out.println(("  " + line.text()).stripTrailing());
                case Part.Paragraph paragraph ->
                    Wrapping.lines(paragraph.text(), WIDTH).forEach(line -> out.println("  " + line));
                case Part.Columns columns -> {
                    columns.table().print(out);
                    out.println();
                }
                case Part.Picture picture -> {
                    // has a file of its own
                }
            }
        }
        out.flush();
        return text.toString();
    }

    private Stream<Part.Picture> pictures() {
        return parts.stream().filter(Part.Picture.class::isInstance).map(Part.Picture.class::cast);
    }

    List<String> plots() {
        return pictures().map(picture -> picture.name() + ".png").toList();
    }

    /** The values as JSON, with the experiment's name and how long it took. */
    public String json(String experiment, double seconds) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("experiment", experiment);
        root.putAll(values);
        root.put("seconds", seconds);
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(root);
    }

    void write(OutputDirectory files, String experiment, double seconds) {
        pictures().forEach(picture -> files.write(picture.name() + ".png", picture.plot()));
        files.write(experiment + ".json", json(experiment, seconds));
    }
}
