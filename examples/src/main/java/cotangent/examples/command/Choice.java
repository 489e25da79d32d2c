package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
        String hint = nearest(wanted, words).map("; did you mean %s?"::formatted).orElse("");
        throw new InvalidDataException(
                "%s: expected one of %s, got \"%s\"%s".formatted(what, String.join(", ", words), typed,
                        hint));
    }

    /** The word that is most like what was typed, if any is: at most half of its letters are wrong. */
    public static Optional<String> nearest(String typed, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(word -> distance(word, typed)))
                .filter(word -> distance(word, typed) <= word.length() / 2);
    }

    /**
     * The fewest letters to add, drop or change, or neighbours to swap, to make one word the other (Wagner and Fischer 1974; Lowrance
     * and Wagner 1975).
     */
    private static int distance(String from, String to) {
        int[][] table = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                int changed = table[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                table[i][j] = Math.min(changed, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
                boolean swapped = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) {
                    table[i][j] = Math.min(table[i][j], 1 + table[i - 2][j - 2]);
                }
            }
        }
        return table[from.length()][to.length()];
    }
}
