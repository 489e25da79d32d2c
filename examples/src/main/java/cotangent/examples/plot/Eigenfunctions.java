package cotangent.examples.plot;

import cotangent.dsl.Tensor;
import cotangent.linalg.Eigenpairs;
import java.util.Arrays;
import java.util.Locale;

/**
 * The leading eigenfunctions of a kernel over images, as images.
 *
 * <p>An eigenvector u of a kernel over N samples and C outputs is a function on the samples for each output c. Drawn is
 * the sum of u[n, c]·x_n over the samples, for the output c in which u is largest: the pattern of pixels that the
 * eigenfunction responds to.
 */
public final class Eigenfunctions {
    private Eigenfunctions() {}

    /** Whether the inputs are square images: one per row, or [N, 1, edge, edge]. */
    public static boolean drawable(Tensor inputs) {
        if (inputs.rank() == 4 && inputs.shape().extent(1) == 1) {
            return inputs.shape().extent(2) == inputs.shape().extent(3);
        }
        if (inputs.rank() != 2) {
            return false;
        }
        int features = inputs.shape().extent(1);
        int edge = edge(features);
        return edge > 1 && edge * edge == features;
    }

    private static int edge(int features) {
        return (int) Math.round(Math.sqrt(features));
    }

    /**
     * One eigenfunction as an image.
     *
     * @param pixels row by row
     * @param output that it is drawn for
     * @param energy share of the eigenvector's square in that output
     */
    public record Image(double[] pixels, int output, double energy) {}

    /**
     * The image of the eigenfunction at a position.
     *
     * @param inputs drawable ones
     * @param pairs  of a kernel of size N·C
     */
    public static Image image(Tensor inputs, Eigenpairs pairs, int position) {
        int samples = inputs.shape().extent(0);
        int features = inputs.shape().size() / samples;
        int outputs = pairs.vectors().shape().extent(0) / samples;
        double[] x = inputs.toDoubles();
        double[] u = pairs.vectors().at(1, position).toDoubles();
        double[] energy = energy(u, outputs);
        int output = dominant(energy);
        double[] pixels = new double[features];
        for (int n = 0; n < samples; n++) {
            for (int pixel = 0; pixel < features; pixel++) {
                pixels[pixel] += u[n * outputs + output] * x[n * features + pixel];
            }
        }
        return new Image(pixels, output, energy[output] / Arrays.stream(energy).sum());
    }

    /**
     * The images of all.
     *
     * @param inputs drawable ones
     * @param pairs  of a kernel of size N·C
     */
    public static ImageGrid images(Tensor inputs, Eigenpairs pairs) {
        boolean many = pairs.vectors().shape().extent(0) > inputs.shape().extent(0);
        ImageGrid grid = new ImageGrid("Leading eigenfunctions of the neural tangent kernel");
        for (int i = 0; i < pairs.size(); i++) {
            Image image = image(inputs, pairs, i);
            double value = pairs.values().get(i);
            String number = String.format(Locale.ROOT, value >= 1_000 && value < 1e9 ? "%.0f" : "%.4g", value);
            String where = many ? ", output " + image.output() : "";
            grid.add("λ%d = %s%s".formatted(i + 1, number, where), edge(image.pixels().length), image.pixels());
        }
        return grid;
    }

    private static double[] energy(double[] u, int outputs) {
        double[] energy = new double[outputs];
        for (int i = 0; i < u.length; i++) {
            energy[i % outputs] += u[i] * u[i];
        }
        return energy;
    }

    private static int dominant(double... energy) {
        int best = 0;
        for (int output = 1; output < energy.length; output++) {
            best = energy[output] > energy[best] ? output : best;
        }
        return best;
    }
}
