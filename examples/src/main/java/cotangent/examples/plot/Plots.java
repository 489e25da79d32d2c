package cotangent.examples.plot;

import cotangent.dsl.InvalidDataException;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The look of all plots, and how they become files. */
public final class Plots {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 720;
    private static final int FONT_SIZE = 18;

    /** Colours that the colour-blind can tell apart (Okabe and Ito 2008). */
    private static final Color[] COLORS = {new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(
            0xCC79A7), new Color(0xE69F00), new Color(0x56B4E9)};
    private static final Marker[] MARKERS = {SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_UP, SeriesMarkers.CROSS, SeriesMarkers.TRIANGLE_DOWN};

    private Plots() {
    }

    /** An empty chart in the house's look; the axes' titles name quantity and unit. */
    public static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
        var styler = chart.getStyler();
        styler.setSeriesColors(COLORS);
        styler.setSeriesMarkers(MARKERS);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, FONT_SIZE + 4));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE - 2));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE - 2));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotGridLinesColor(new Color(0xE0E0E0));
        styler.setPlotBorderVisible(false);
        styler.setLegendPosition(Styler.LegendPosition.InsideNE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setMarkerSize(9);
        styler.setChartPadding(20);
        return chart;
    }

    /** Adds a line with markers. */
    public static XYSeries line(XYChart chart, String name, double[] x, double[] y) {
        return chart.addSeries(name, x, y);
    }

    /** Adds a line with markers and error bars. */
    public static XYSeries line(XYChart chart, String name, double[] x, double[] y, double[] halfWidths) {
        return chart.addSeries(name, x, y, halfWidths);
    }

    /** Writes a chart as a PNG file, all of it or nothing. */
    public static void write(XYChart chart, Path file) {
        write(BitmapEncoder.getBufferedImage(chart), file);
    }

    /** Writes an image as a PNG file, all of it or nothing. */
    public static void write(BufferedImage image, Path file) {
        try {
            Path part = Files.createTempFile(directory(file), "plot", ".part");
            try {
                ImageIO.write(image, "png", part.toFile());
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException error) {
            throw new InvalidDataException("cannot write " + file + ": " + error.getMessage(), error);
        }
    }

    /** Writes text as a file, all of it or nothing. */
    public static void write(String text, Path file) {
        try {
            Path part = Files.createTempFile(directory(file), "text", ".part");
            try {
                Files.writeString(part, text);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException error) {
            throw new InvalidDataException("cannot write " + file + ": " + error.getMessage(), error);
        }
    }

    private static Path directory(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of(".") : Files.createDirectories(parent);
    }
}
