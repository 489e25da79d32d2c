package cotangent.examples.plot;

import java.awt.Color;
import java.util.Map;

/**
 * How a plot is to look on a page: its colours, and whether there is room.
 *
 * @param dark   light on dark instead of dark on light
 * @param narrow for a page as wide as a telephone
 */
public record Look(boolean dark, boolean narrow) {
    private static final Color DARK_GROUND = new Color(0x1B2027);
    private static final Color DARK_INK = new Color(0xE3E7EC);
    private static final Color DARK_GRID = new Color(0x343C46);

    /** What stands in a dark plot for a colour of a light one: as distinct, and lighter. */
    private static final Map<Integer, Color> LIGHTER = Map.of(0x0072B2, new Color(0x5BACF2), 0xD55E00, new Color(
            0xFF8B4D), 0x009E73, new Color(0x3FCB9B), 0xCC79A7, new Color(0xE79DC7), 0xE69F00, new Color(0xF3BC50),
            0x56B4E9, new Color(0x9AD7FF), 0x000000, DARK_INK);

    private static final int RGB = 0xFFFFFF;

    /** The colour behind everything. */
    public Color ground() {
        return dark ? DARK_GROUND : Color.WHITE;
    }

    /** The colour of text. */
    public Color ink() {
        return dark ? DARK_INK : Color.BLACK;
    }

    /** The colour of lines that must not be seen before what they measure. */
    public Color grid() {
        return dark ? DARK_GRID : new Color(0xE8E8E8);
    }

    /** What stands for a colour chosen for a light ground; its opacity stays. */
    public Color of(Color color) {
        Color other = dark ? LIGHTER.getOrDefault(color.getRGB() & RGB, color) : color;
        return new Color(other.getRed(), other.getGreen(), other.getBlue(), color.getAlpha());
    }
}
