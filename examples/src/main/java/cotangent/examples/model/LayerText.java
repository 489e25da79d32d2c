package cotangent.examples.model;

import cotangent.dsl.InvalidDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One layer as it was written, such as {@code Conv2d(1, 8, kernel_size=(3, 3))}, and its arguments by name. */
final class LayerText {
    private static final Pattern SIZE = Pattern.compile("0*[1-9]\\d{0,6}|\\(\\s*0*[1-9]\\d{0,6}\\s*,?\\s*\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{0,17})?([eE]-?\\d{1,2})?");
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,6}");
    private static final Pattern PAIR = Pattern.compile("\\(\\s*(\\d{1,6})\\s*,\\s*(\\d{1,6})\\s*\\)");
    private static final Pattern KEYWORD = Pattern.compile("(?s)([a-z_]+)\\s*=\\s*(.*)");

    private final String name;
    private final String type;
    private final String body;
    private final List<String> arguments;
    private final Map<String, String> named = new LinkedHashMap<>();

    /**
     * A layer.
     *
     * @param name      its number or name
     * @param type      its class in PyTorch
     * @param body      what stands between its parentheses
     * @param arguments the same, cut at commas
     */
    LayerText(String name, String type, String body, List<String> arguments) {
        this.name = name;
        this.type = type;
        this.body = body;
        this.arguments = arguments;
    }

    String type() {
        return type;
    }

    /** Its name and what was written. */
    String label() {
        return "%s: %s".formatted(name, this);
    }

    /** Names the arguments, those without one in this order; refuses further ones. */
    void names(String... names) {
        List<String> known = List.of(names);
        int position = 0;
        for (String argument : arguments) {
            Matcher keyword = KEYWORD.matcher(argument);
            boolean hasName = keyword.matches();
            if (!hasName && position == names.length) {
                throw refused("expected %s, got a further argument %s".formatted(names.length == 0
                        ? "no arguments"
                        : "at most " + String.join(", ", names), argument));
            }
            String parameter = hasName ? keyword.group(1) : names[position++];
            String value = hasName ? keyword.group(2).strip() : argument;
            if (!known.contains(parameter)) {
                throw refused("expected %s, got %s".formatted(names.length == 0
                        ? "no arguments"
                        : "arguments among " + String.join(", ", names), argument));
            }
            if (named.put(parameter, value.replaceAll("^(['\"])(.*)\\1$", "$2")) != null) {
                throw refused(parameter + " is given twice");
            }
        }
    }

    boolean has(String name) {
        return named.containsKey(name);
    }

    /** The argument as it was written, or something else if it was not. */
    String word(String name, String otherwise) {
        return named.getOrDefault(name, otherwise);
    }

    /** Refuses values that mean something which is not done here. */
    void only(String name, String... values) {
        String value = word(name, values[0]);
        if (!List.of(values).contains(value)) {
            throw refused("%s = %s is not known here; expected %s".formatted(name, value, values[0]));
        }
    }

    void required(String name) {
        if (!has(name)) {
            throw refused("expected %s".formatted(name));
        }
    }

    int size(String name) {
        required(name);
        return size(name, 0);
    }

    int size(String name, int otherwise) {
        String value = word(name, Integer.toString(otherwise));
        if (!SIZE.matcher(value).matches()) {
            throw refused("%s: expected a positive number, got %s".formatted(name, value));
        }
        return Integer.parseInt(value.replaceAll("[^\\d]", ""));
    }

    boolean flag(String name, boolean otherwise) {
        return switch (word(name, otherwise ? "True" : "False")) {
            case "True" -> true;
            case "False" -> false;
            default -> throw refused("%s: expected True or False, got %s".formatted(name, word(name, "")));
        };
    }

    double number(String name, double otherwise) {
        String value = word(name, Double.toString(otherwise));
        if (!NUMBER.matcher(value).matches()) {
            throw refused("%s: expected a number, got %s".formatted(name, value));
        }
        return Double.parseDouble(value);
    }

    /** Two positive numbers, or one that stands for both. */
    int[] pair(String name) {
        required(name);
        int[] pair = pair(name, 0);
        if (pair[0] < 1 || pair[1] < 1) {
            throw refused("%s: expected positive numbers, got %s".formatted(name, word(name, "")));
        }
        return pair;
    }

    int[] pair(String name, int otherwise) {
        String value = word(name, Integer.toString(otherwise));
        Matcher two = PAIR.matcher(value);
        if (two.matches()) {
            return new int[]{Integer.parseInt(two.group(1)), Integer.parseInt(two.group(2))};
        }
        if (!AMOUNT.matcher(value).matches()) {
            throw refused("%s: expected a number or two, such as (3, 3), got %s".formatted(name, value));
        }
        int one = Integer.parseInt(value);
        return new int[]{one, one};
    }

    /** A list of positive numbers in parentheses. */
    int[] sizes(String name) {
        required(name);
        List<Integer> sizes = new ArrayList<>();
        for (String size : word(name, "").replaceAll("[()\\[\\]]|torch.Size", "").split(",", -1)) {
            if (!SIZE.matcher(size.strip()).matches()) {
                throw refused("%s: expected positive numbers, such as (1, 28, 28), got %s".formatted(name, word(name,
                        "")));
            }
            sizes.add(Integer.valueOf(size.strip()));
        }
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    InvalidDataException refused(String what) {
        return new InvalidDataException(label() + ": " + what);
    }

    @Override
    public String toString() {
        return body.isBlank() ? type : "%s(%s)".formatted(type, body.strip().replaceAll("\\s+", " "));
    }
}
