package cotangent.examples.model;

import cotangent.dsl.InvalidDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a list of layers: what PyTorch prints of a {@code Sequential}, or the same by hand, layers separated by commas, spaces
 * or lines, each with a name in front or else numbered.
 *
 * <pre>
 * Sequential(
 *   (0): Linear(in_features=49, out_features=32, bias=True)
 *   (1): Tanh()
 *   (2): Linear(in_features=32, out_features=10, bias=True)
 * )
 *
 * Linear(49, 32), Tanh, Linear(32, 10)
 * gru: GRU(10, 64), Last, head: Linear(64, 3)
 * </pre>
 *
 * A {@code Sequential} inside another puts its name before those of its layers, as PyTorch does. Other classes that hold
 * layers are refused: what they print does not tell in which order their {@code forward} uses them.
 */
final class LayerParser {
    private static final Pattern NAME = Pattern.compile("\\(([\\w.]+)\\)\\s*:\\s*|([\\w.]+)\\s*:\\s*");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern CHILD = Pattern.compile("(?s)\\s*\\([\\w.-]+\\)\\s*:.*");
    private static final String CONTAINER = "Sequential";
    private static final int DEEPEST = 16;

    private final String text;
    private int at;

    private LayerParser(String text) {
        this.text = text;
    }

    /**
     * The layers by name, in order.
     *
     * @throws InvalidDataException if the text cannot be read, or names a layer twice
     */
    static Map<String, LayerText> parse(String text) {
        Map<String, LayerText> layers = new LinkedHashMap<>();
        new LayerParser(text.strip()).items("", layers, 0);
        if (layers.isEmpty()) {
            throw new InvalidDataException(
                    "layers: expected a list such as \"Linear(49, 32), Tanh, Linear(32, 10)\", got nothing");
        }
        return layers;
    }

    private void items(String prefix, Map<String, LayerText> layers, int depth) {
        int number = 0;
        for (skip(); at < text.length(); skip()) {
            Matcher name = NAME.matcher(text).region(at, text.length());
            String own = Integer.toString(number++);
            boolean hasName = name.lookingAt();
            if (hasName) {
                own = name.group(1) == null ? name.group(2) : name.group(1);
                at = name.end();
            }
            Matcher type = TYPE.matcher(text).region(at, text.length());
            if (!type.lookingAt()) {
                throw new InvalidDataException(
                        "layers: expected a layer such as Linear(49, 32), got \"%s\"".formatted(rest()));
            }
            at = type.end();
            String body = body();
            boolean outermost = depth == 0 && !hasName && layers.isEmpty();
            if (type.group().equals(CONTAINER)) {
                if (depth == DEEPEST) {
                    throw new InvalidDataException("layers: expected at most %d Sequential inside each other".formatted(
                            DEEPEST));
                }
                new LayerParser(body).items(outermost ? prefix : prefix + own + ".", layers, depth + 1);
            } else if (CHILD.matcher(body).matches()) {
                throw new InvalidDataException(
                        ("layers: %s is a class of its own, and in which order it uses its layers its "
                                + "text does not tell; write them in that order, with their names, such as \"gru: GRU(10, 64), "
                                + "Last, head: Linear(64, 3)\"").formatted(type.group()));
            } else if (layers.put(prefix + own,
                    new LayerText(prefix + own, type.group(), body, arguments(body))) != null) {
                throw new InvalidDataException("layers: expected one layer named %s, got two".formatted(prefix + own));
            }
        }
    }

    private void skip() {
        while (at < text.length() && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == ',')) {
            at++;
        }
    }

    private String rest() {
        String rest = text.substring(at);
        return rest.length() <= 30 ? rest : rest.substring(0, 30) + "...";
    }

    /** What stands between parentheses, if any come next. */
    private String body() {
        if (at == text.length() || text.charAt(at) != '(' || NAME.matcher(text).region(at, text.length()).lookingAt()) {
            return "";
        }
        int from = at + 1;
        int open = 0;
        for (; at < text.length(); at++) {
            open += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            if (open == 0) {
                return text.substring(from, at++);
            }
        }
        at = from;
        throw new InvalidDataException("layers: a parenthesis is not closed: (" + rest());
    }

    /** Cut at the commas outside parentheses. */
    private static List<String> arguments(String body) {
        List<String> arguments = new ArrayList<>();
        int open = 0;
        int from = 0;
        for (int i = 0; i <= body.length(); i++) {
            char c = i == body.length() ? ',' : body.charAt(i);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (open == 0 || i == body.length())) {
                if (!body.substring(from, i).isBlank()) {
                    arguments.add(body.substring(from, i).strip());
                }
                from = i + 1;
            }
        }
        return arguments;
    }
}
