package cotangent.examples.plot;

import java.awt.image.BufferedImage;

/** Something that can be drawn. */
@FunctionalInterface
public interface Plot {
    /** Draws it for a file of its own: on white, with its title. */
    BufferedImage draw();

    /** Draws it for a page that has its title in the text; as for a file unless it knows better. */
    default BufferedImage draw(Look look) {
        return draw();
    }

    /** Whether {@link #draw(Look)} heeds the look. */
    default boolean adapts() {
        return false;
    }

    /** What it shows, in a few words; empty where the picture says it itself. */
    default String title() {
        return "";
    }
}
