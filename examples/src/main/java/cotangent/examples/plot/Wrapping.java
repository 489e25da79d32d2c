package cotangent.examples.plot;

import java.util.ArrayList;
import java.util.List;

/** Text in lines. */
public final class Wrapping {
    private Wrapping() {}

    /** Breaks text at its spaces into lines of a width at most, but for words that are longer. */
    public static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
