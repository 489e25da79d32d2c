package cotangent.examples.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Small square images side by side, each scaled by its own largest magnitude: blue negative, white zero, red positive. */
public final class ImageGrid implements Plot {
    private static final int COLUMNS = 3;
    private static final int EDGE = 266;
    private static final int GAP = 40;
    private static final int CAPTION = 40;
    private static final int HEADER = 70;
    private static final Color POSITIVE = new Color(0xB2182B);
    private static final Color NEGATIVE = new Color(0x2166AC);

    private record Tile(String caption, int edge, double[] pixels) {}

    private final String title;
    private final List<Tile> tiles = new ArrayList<>();

    /** An empty grid. */
    public ImageGrid(String title) {
        this.title = title;
    }

    /** Adds an image of edge·edge pixels, row by row. */
    public void add(String caption, int edge, double[] pixels) {
        tiles.add(new Tile(caption, edge, pixels.clone()));
    }

    @Override
    public BufferedImage draw() {
        int rows = Math.ceilDiv(tiles.size(), COLUMNS);
        int width = COLUMNS * (EDGE + GAP) + GAP;
        int height = HEADER + rows * (EDGE + CAPTION + GAP) + GAP;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 22));
        centred(graphics, title, width / 2, HEADER - 26);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 17));
        for (int i = 0; i < tiles.size(); i++) {
            int x = GAP + i % COLUMNS * (EDGE + GAP);
            int y = HEADER + i / COLUMNS * (EDGE + CAPTION + GAP);
            draw(graphics, tiles.get(i), x, y);
        }
        centred(graphics, "red: positive, white: zero, blue: negative; each scaled to its largest magnitude", width / 2,
                height
                        - GAP / 2);
        graphics.dispose();
        return image;
    }

    private static void draw(Graphics2D graphics, Tile tile, int x, int y) {
        double largest = 0;
        for (double pixel : tile.pixels()) {
            largest = Math.max(largest, Math.abs(pixel));
        }
        for (int row = 0; row < tile.edge(); row++) {
            for (int column = 0; column < tile.edge(); column++) {
                double value = tile.pixels()[row * tile.edge() + column];
                graphics.setColor(color(largest == 0 ? 0 : value / largest));
                int left = column * EDGE / tile.edge();
                int top = row * EDGE / tile.edge();
                graphics.fillRect(x + left, y + top, (column + 1) * EDGE / tile.edge() - left, (row + 1) * EDGE / tile
                        .edge() - top);
            }
        }
        graphics.setColor(Color.BLACK);
        graphics.drawRect(x, y, EDGE, EDGE);
        centred(graphics, tile.caption(), x + EDGE / 2, y + EDGE + 28);
    }

    private static Color color(double value) {
        Color end = value < 0 ? NEGATIVE : POSITIVE;
        double t = Math.min(1, Math.abs(value));
        return new Color(mix(end.getRed(), t), mix(end.getGreen(), t), mix(end.getBlue(), t));
    }

    private static int mix(int channel, double t) {
        return (int) Math.round(255 + t * (channel - 255));
    }

    private static void centred(Graphics2D graphics, String text, int x, int y) {
        graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text) / 2, y);
    }
}
