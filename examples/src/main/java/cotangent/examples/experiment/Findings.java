package cotangent.examples.experiment;

import cotangent.examples.plot.OutputDirectory;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What an experiment found: text for the terminal, named values for JSON, plots. */
public final class Findings {
    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Plot> plots = new LinkedHashMap<>();

    /** Nothing yet. */
    public Findings() {}

    /** Adds a line of text, two spaces in. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    public Findings line(String format, Object... arguments) {
        out.println(("  " + format.formatted(arguments)).stripTrailing());
        return this;
    }

    /** Adds a table and an empty line. */
    public Findings table(Table table) {
        table.print(out);
        out.println();
        return this;
    }

    /** Adds a value for JSON: a number, a text, an array of numbers, or a map or list of such. */
    public Findings value(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** Adds a plot, whose file has this name. */
    public Findings plot(String name, Plot plot) {
        plots.put(name + ".png", plot);
        return this;
    }

    String text() {
        out.flush();
        return text.toString();
    }

    List<String> plots() {
        return List.copyOf(plots.keySet());
    }

    String json(String experiment, double seconds) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("experiment", experiment);
        root.putAll(values);
        root.put("seconds", seconds);
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(root);
    }

    void write(OutputDirectory files, String experiment, double seconds) {
        plots.forEach(files::write);
        files.write(experiment + ".json", json(experiment, seconds));
    }
}
