package cotangent.examples.report;

import cotangent.examples.plot.Look;
import cotangent.examples.plot.Plot;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A plot inside a page: drawn for light and dark, wide and narrow, and the browser chooses. */
final class Picture {
    private static final String NARROW = "(max-width: 700px)";
    private static final String DARK = "(prefers-color-scheme: dark)";

    private Picture() {}

    /** The figure with its caption. */
    static void write(Markup page, String name, Plot plot) {
        String title = plot.title().isEmpty() ? name.replace('-', ' ') : plot.title();
        page.raw("<figure><picture>\n");
        BufferedImage image;
        if (plot.adapts()) {
            source(page, DARK + " and " + NARROW, plot.draw(new Look(true, true)));
            source(page, NARROW, plot.draw(new Look(false, true)));
            source(page, DARK, plot.draw(new Look(true, false)));
            image = plot.draw(new Look(false, false));
        } else {
            image = plot.draw();
        }
        page.raw("<img%s alt=\"%s\" width=\"%d\" height=\"%d\" src=\"%s\">\n".formatted(plot.adapts() ? ""
                : " class=\"card\"", Markup.escaped(title), image.getWidth(), image.getHeight(), data(image)));
        page.raw("</picture>").element("figcaption", title).raw("</figure>\n");
    }

    private static void source(Markup page, String media, BufferedImage image) {
        page.raw("<source media=\"%s\" width=\"%d\" height=\"%d\" srcset=\"%s\">\n".formatted(media, image.getWidth(),
                image.getHeight(), data(image)));
    }

    private static String data(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
