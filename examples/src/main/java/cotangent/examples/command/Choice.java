package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A word out of several, as typed by a person. */
public final class Choice {
    private Choice() {}

    /**
     * The one of the words that is meant, whatever its case.
     *
     * @param what what the word stands for, such as {@code --dtype}
     * @throws InvalidDataException if there is no such word, naming those there are, the nearest first of all
     */
    public static String of(String what, String typed, List<String> words) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        if (words.contains(wanted)) {
            return wanted;
        }
        String nearest = words.stream().min(Comparator.comparingInt(word -> distance(word, wanted))).orElseThrow();
        String hint = distance(nearest, wanted) <= nearest.length() / 2
                ? "; did you mean " + nearest + "?"
                : "";
        throw new InvalidDataException(
                "%s: expected one of %s, got \"%s\"%s".formatted(what, String.join(", ", words), typed,
                        hint));
    }

    /** The fewest letters to add, drop or change to make one word the other (Wagner and Fischer 1974). */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[previous.length];
            current[0] = i;
            for (int j = 1; j < current.length; j++) {
                int changed = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
