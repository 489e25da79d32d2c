package cotangent.examples.plot;

import java.awt.image.BufferedImage;

/** Something that can be drawn. */
@FunctionalInterface
public interface Plot {
    /** Draws it. */
    BufferedImage draw();
}
