package cotangent.examples.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;

/** A chart as it is drawn on a page: in the page's colours, without a title, sharp on a fine screen. */
final class ChartPage {
    private static final int WIDE = 820;
    private static final int WIDE_HEIGHT = 520;
    private static final int NARROW = 480;
    private static final int NARROW_HEIGHT = 470;
    private static final int PIXELS_PER_POINT = 2;
    /** Of the legend, in characters: what is longer than two fifths of the chart is cut off. */
    private static final int WIDE_LINE = 38;
    private static final int NARROW_LINE = 21;

    private final XYChart chart;
    private final Look look;
    private final List<Runnable> repairs = new ArrayList<>();

    ChartPage(XYChart chart, Look look) {
        this.chart = chart;
        this.look = look;
    }

    BufferedImage draw() {
        int width = look.narrow() ? NARROW : WIDE;
        int height = look.narrow() ? NARROW_HEIGHT : WIDE_HEIGHT;
        BufferedImage image = new BufferedImage(width * PIXELS_PER_POINT, height * PIXELS_PER_POINT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
        dress(look, false);
        chart.getSeriesCollection().forEach(this::dress);
        try {
            chart.paint(graphics, width, height);
        } finally {
            repairs.forEach(Runnable::run);
            dress(new Look(false, false), true);
            graphics.dispose();
        }
        return image;
    }

    private void dress(Look to, boolean title) {
        XYStyler styler = chart.getStyler();
        styler.setChartTitleVisible(title);
        styler.setChartBackgroundColor(to.ground());
        styler.setPlotBackgroundColor(to.ground());
        styler.setLegendBackgroundColor(to.ground());
        styler.setLegendBorderColor(to.ground());
        styler.setChartFontColor(to.ink());
        styler.setXAxisTitleColor(to.ink());
        styler.setYAxisGroupTitleColor(0, to.ink());
        styler.setAxisTickLabelsColor(to.ink());
        styler.setAxisTickMarksColor(to.dark() ? to.grid() : Color.DARK_GRAY);
        styler.setPlotGridLinesColor(to.grid());
        styler.setChartPadding(title ? 20 : 6);
    }

    private void dress(XYSeries series) {
        Color line = series.getLineColor();
        Color marker = series.getMarkerColor();
        Color fill = series.getFillColor();
        String label = series.getLabel();
        repairs.add(() -> {
            series.setLabel(label);
            series.setLineColor(line);
            series.setMarkerColor(marker);
            series.setFillColor(fill);
        });
        series.setLabel(wrapped(label, look.narrow() ? NARROW_LINE : WIDE_LINE));
        if (line != null) {
            series.setLineColor(look.of(line));
        }
        if (marker != null) {
            series.setMarkerColor(look.of(marker));
        }
        if (fill != null) {
            series.setFillColor(look.of(fill));
        }
    }

    /** The text in lines, broken at spaces. */
    private static String wrapped(String text, int width) {
        StringBuilder lines = new StringBuilder();
        int used = 0;
        for (String word : text.split(" ", -1)) {
            boolean full = used > 0 && used + 1 + word.length() > width;
            lines.append(used == 0 ? "" : full ? "\n" : " ").append(word);
            used = full ? word.length() : used + 1 + word.length();
        }
        return lines.toString();
    }
}
