package cotangent.examples.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of lines, with markers or in bands, in the house's look. */
public final class Chart implements Plot {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 720;
    private static final int FONT_SIZE = 18;

    /** Colours that the colour-blind can tell apart (Okabe and Ito 2008). */
    private static final Color[] COLORS = {new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(
            0xCC79A7), new Color(0xE69F00), new Color(0x56B4E9)};
    private static final Marker[] MARKERS = {SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_UP, SeriesMarkers.CROSS, SeriesMarkers.TRIANGLE_DOWN};
    private static final float THIN = 1.6f;
    private static final double MARGIN = 1.25;
    /** Characters that fit on one line of the legend, and how many a series' mark takes. */
    private static final int LEGEND_LINE = 100;
    private static final int LEGEND_MARK = 6;
    private static final double FLOOR = 1e-6;
    /** Of 255: how opaque a band is. */
    private static final int SHADE = 60;
    private static final Color TRANSPARENT = new Color(0, 0, 0, 0);
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private final XYChart chart;
    private final boolean logarithmicX;
    private final boolean logarithmicY;
    private int drawn;
    private int legend;
    private double smallestX = Double.POSITIVE_INFINITY;
    private double largestX = Double.NEGATIVE_INFINITY;
    private double smallestY = Double.POSITIVE_INFINITY;
    private double largestY = Double.NEGATIVE_INFINITY;

    private Chart(XYChart chart, boolean logarithmicX, boolean logarithmicY) {
        this.chart = chart;
        this.logarithmicX = logarithmicX;
        this.logarithmicY = logarithmicY;
    }

    /** A chart with linear axes; their titles name quantity and unit. */
    public static Chart linear(String title, String x, String y) {
        return new Chart(empty(title, x, y), false, false);
    }

    /** A chart with a linear horizontal and a logarithmic vertical axis. */
    public static Chart semiLogarithmic(String title, String x, String y) {
        return new Chart(empty(title, x, y), false, true);
    }

    /** A chart with two logarithmic axes. */
    public static Chart logarithmic(String title, String x, String y) {
        return new Chart(empty(title, x, y), true, true);
    }

    private static XYChart empty(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        XYStyler styler = chart.getStyler();
        styler.setSeriesColors(COLORS);
        styler.setSeriesMarkers(MARKERS);
        styler.setErrorBarsColorSeriesColor(true);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, FONT_SIZE + 4));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE - 2));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE - 2));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotGridLinesColor(new Color(0xE8E8E8));
        styler.setPlotBorderVisible(false);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPadding(12);
        styler.setMarkerSize(9);
        styler.setChartPadding(20);
        return chart;
    }

    /** Adds a line with a marker at each point. */
    public Chart line(String name, double[] x, double[] y) {
        style(name, chart.addSeries(name, x, y)).setMarker(MARKERS[(drawn - 1) % MARKERS.length]);
        include(x, y, new double[y.length]);
        return this;
    }

    /** Adds a line without markers. */
    public Chart curve(String name, double[] x, double[] y) {
        style(name, chart.addSeries(name, x, y)).setMarker(SeriesMarkers.NONE);
        include(x, y, new double[y.length]);
        return this;
    }

    /** Adds markers without a line. */
    public Chart points(String name, double[] x, double[] y) {
        XYSeries series = style(name, chart.addSeries(name, x, y));
        series.setMarker(MARKERS[(drawn - 1) % MARKERS.length]);
        series.setLineStyle(SeriesLines.NONE);
        include(x, y, new double[y.length]);
        return this;
    }

    /** Adds what theory says: a black dashed line. */
    public Chart theory(String name, double[] x, double[] y) {
        dash(chart.addSeries(name, x, y), Color.BLACK);
        legend += name.length() + LEGEND_MARK;
        include(x, y, new double[y.length]);
        return this;
    }

    /** Adds what theory says of the line added last: a dashed line of its colour, not in the legend. */
    public Chart theory(double[] x, double[] y) {
        XYSeries series = chart.addSeries("theory of line " + drawn, x, y);
        dash(series, COLORS[(drawn - 1) % COLORS.length]);
        series.setShowInLegend(false);
        include(x, y, new double[y.length]);
        return this;
    }

    private static void dash(XYSeries series, Color color) {
        series.setLineColor(color);
        series.setLineStyle(SeriesLines.DASH_DASH);
        series.setLineWidth(THIN);
        series.setMarker(SeriesMarkers.NONE);
    }

    private XYSeries style(String name, XYSeries series) {
        legend += name.length() + LEGEND_MARK;
        Color color = COLORS[drawn++ % COLORS.length];
        series.setLineColor(color);
        series.setLineStyle(SeriesLines.SOLID);
        series.setMarkerColor(color);
        return series;
    }

    /** Adds a line with error bars from {@code y - halfWidths} to {@code y + halfWidths}. */
    public Chart line(String name, double[] x, double[] y, double[] halfWidths) {
        style(name, chart.addSeries(name, x, y, halfWidths)).setMarker(MARKERS[(drawn - 1) % MARKERS.length]);
        include(x, y, halfWidths);
        return this;
    }

    /**
     * Adds a line in a band from {@code low} to {@code high}, in a light shade of its colour. On a logarithmic axis what is
     * below a millionth of the largest value is drawn there.
     */
    public Chart band(String name, double[] x, double[] y, double[] low, double[] high) {
        int n = x.length;
        double least = logarithmicY ? FLOOR * Arrays.stream(high).max().orElse(1) : Double.NEGATIVE_INFINITY;
        double[] roundX = new double[2 * n];
        double[] roundY = new double[2 * n];
        double[] line = new double[n];
        for (int i = 0; i < n; i++) {
            roundX[i] = x[i];
            roundY[i] = Math.max(least, high[i]);
            roundX[2 * n - 1 - i] = x[i];
            roundY[2 * n - 1 - i] = Math.max(least, low[i]);
            line[i] = Math.max(least, y[i]);
        }
        Color color = COLORS[drawn++ % COLORS.length];
        legend += name.length() + LEGEND_MARK;
        XYSeries shade = chart.addSeries(name + ", band", roundX, roundY);
        shade.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        shade.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), SHADE));
        shade.setLineColor(TRANSPARENT);
        shade.setMarker(SeriesMarkers.NONE);
        shade.setShowInLegend(false);
        XYSeries series = chart.addSeries(name, x, line);
        series.setLineColor(color);
        series.setLineStyle(SeriesLines.SOLID);
        series.setMarker(SeriesMarkers.NONE);
        include(roundX, roundY, new double[2 * n]);
        return this;
    }

    private void include(double[] x, double[] y, double[] halfWidths) {
        smallestX = Math.min(smallestX, Arrays.stream(x).min().orElse(smallestX));
        largestX = Math.max(largestX, Arrays.stream(x).max().orElse(largestX));
        for (int i = 0; i < y.length; i++) {
            smallestY = Math.min(smallestY, y[i] - halfWidths[i] > 0 ? y[i] - halfWidths[i] : y[i]);
            largestY = Math.max(largestY, y[i] + halfWidths[i]);
        }
    }

    @Override
    public String title() {
        return chart.getTitle();
    }

    @Override
    public boolean adapts() {
        return true;
    }

    @Override
    public BufferedImage draw() {
        scale(LEGEND_LINE);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        return image;
    }

    @Override
    public BufferedImage draw(Look look) {
        scale(look.narrow() ? LEGEND_LINE / 2 : LEGEND_LINE);
        return new ChartPage(chart, look).draw();
    }

    /** Sets what depends on all that was added. */
    private void scale(int legendLine) {
        XYStyler styler = chart.getStyler();
        styler.setLegendLayout(legend > legendLine ? Styler.LegendLayout.Vertical : Styler.LegendLayout.Horizontal);
        styler.setXAxisLogarithmic(logarithmicX);
        styler.setYAxisLogarithmic(logarithmicY);
        if (logarithmicX) {
            styler.setXAxisMin(smallestX / MARGIN);
            styler.setXAxisMax(largestX * MARGIN);
            styler.setXAxisTickLabelsFormattingFunction(Chart::power);
        } else {
            double margin = 0.04 * Math.max(largestX - smallestX, 1);
            styler.setXAxisMin(smallestX - margin);
            styler.setXAxisMax(largestX + margin);
            styler.setXAxisDecimalPattern("#");
        }
        if (logarithmicY) {
            styler.setYAxisMin(decade(smallestY, false));
            styler.setYAxisMax(decade(largestY, true));
            styler.setYAxisTickLabelsFormattingFunction(Chart::power);
        } else {
            styler.setYAxisMin(Math.min(0, smallestY));
            styler.setYAxisDecimalPattern("0.######");
        }
    }

    /** The power of ten below or above, so that both ends of the vertical axis have a label. */
    private static double decade(double value, boolean above) {
        double exponent = Math.log10(value);
        return Math.pow(10, above ? Math.ceil(exponent - 1e-9) : Math.floor(exponent + 1e-9));
    }

    /** The label of a tick: 0.01 to 1000 as they are, other powers of ten as powers. */
    private static String power(double value) {
        int exponent = (int) Math.rint(Math.log10(value));
        if (exponent >= -2 && exponent <= 3) {
            return String.format(Locale.ROOT, "%." + Math.max(0, -exponent) + "f", value);
        }
        StringBuilder label = new StringBuilder(exponent < 0 ? "10⁻" : "10");
        Integer.toString(Math.abs(exponent)).chars().forEach(digit -> label.append(SUPERSCRIPTS.charAt(digit - '0')));
        return label.toString();
    }
}
