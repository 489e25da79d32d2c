package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A kernel g(|x − x'|²) of points [n, d], distances in units of one lengthscale for all features or of one each (automatic relevance
 * determination); g(0) = 1, and {@link #scale} gives another variance.
 *
 * <p>Distances are computed in float64 whatever the dtype, by one matrix product and, for pairs so near that it would cancel,
 * from differences; then g is one compiled loop. Hyperparameters: {@code lengthscale}, or {@code lengthscale 1, ...}. Cost of a block:
 * 2(d + 2) flops and one elementary function an entry.
 */
public final class StationaryKernel implements KernelFunction {
    private final Profile profile;
    private final double[] lengthscales;
    private final double[] scales;

    private StationaryKernel(Profile profile, double[] lengthscales) {
        if (lengthscales.length == 0) {
            throw new ShapeException(profile + ": expected a lengthscale, or one per feature");
        }
        this.profile = profile;
        this.lengthscales = lengthscales.clone();
        this.scales = new double[lengthscales.length];
        for (int k = 0; k < scales.length; k++) {
            scales[k] = 1 / Hyperparameters.requirePositive(profile + " lengthscale", lengthscales[k]);
        }
    }

    /**
     * exp(−r²/2) with r = |x − x'|/ℓ: radial basis functions, or the squared exponential.
     *
     * @param lengthscales one, or one per feature; positive
     * @throws cotangent.dsl.InvalidDataException if one is not positive and finite
     */
    public static StationaryKernel rbf(double... lengthscales) {
        return new StationaryKernel(Profile.RBF, lengthscales);
    }

    /**
     * Matern's function of order 1/2, exp(−r).
     *
     * @param lengthscales one, or one per feature; positive
     * @throws cotangent.dsl.InvalidDataException if one is not positive and finite
     */
    public static StationaryKernel matern12(double... lengthscales) {
        return new StationaryKernel(Profile.MATERN12, lengthscales);
    }

    /**
     * Matern's function of order 3/2, (1 + √3 r) exp(−√3 r).
     *
     * @param lengthscales one, or one per feature; positive
     * @throws cotangent.dsl.InvalidDataException if one is not positive and finite
     */
    public static StationaryKernel matern32(double... lengthscales) {
        return new StationaryKernel(Profile.MATERN32, lengthscales);
    }

    /**
     * Matern's function of order 5/2, (1 + √5 r + 5r²/3) exp(−√5 r).
     *
     * @param lengthscales one, or one per feature; positive
     * @throws cotangent.dsl.InvalidDataException if one is not positive and finite
     */
    public static StationaryKernel matern52(double... lengthscales) {
        return new StationaryKernel(Profile.MATERN52, lengthscales);
    }

    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return profile.value(x1.dtype()).apply(distances(x1, x2).squares()).asTensor();
    }

    @Override
    public Tensor diagonal(Tensor x) {
        requireFeatures(x, x);
        Inputs.requireFinite(profile.toString(), "an input", x);
        return Tensor.full(Shape.of(x.shape().extent(0)), 1, x.dtype());
    }

    TileFactory tiles(List<Tensor> rows, List<Tensor> columns) {
        return new StationaryTiles(profile, rows, columns, scales);
    }

    private SquaredDistances distances(Tensor x1, Tensor x2) {
        requireFeatures(x1, x2);
        return SquaredDistances.of(profile.toString(), x1, x2, scales);
    }

    private void requireFeatures(Tensor x1, Tensor x2) {
        Inputs.requirePoints(profile.toString(), x1, x2);
        if (scales.length > 1 && x1.shape().extent(1) != scales.length) {
            throw new ShapeException("%s: %d lengthscales for inputs %s; give one for all features, or one each"
                    .formatted(profile, scales.length, x1.type()));
        }
    }

    @Override
    public Hyperparameters hyperparameters() {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < scales.length; k++) {
            names.add(scales.length == 1 ? "lengthscale" : "lengthscale " + (k + 1));
        }
        return new Hyperparameters(names, lengthscales);
    }

    @Override
    public StationaryKernel with(double... values) {
        hyperparameters().requireCount(values.length);
        return new StationaryKernel(profile, values);
    }

    /** ∂s/∂log ℓₖ = −2(xₖ − x'ₖ)²/ℓₖ². */
    @Override
    public double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        SquaredDistances distances = distances(x1, x2);
        Tensor wide = weights.dtype() == DType.F64 ? weights : weights.cast(DType.F64);
        Tensor slopes = profile.weightedSlope().apply(distances.squares(), wide).asTensor();
        return byLengthscale(distances, Storage.doubles(slopes), scales.length);
    }

    /** From w·g' of all pairs, which may be overwritten. */
    static double[] byLengthscale(SquaredDistances distances, double[] g, int lengthscales) {
        double[] sums = lengthscales == 1
                ? new double[]{distances.weighted(g)}
                : distances.weightedByFeature(g);
        for (int k = 0; k < sums.length; k++) {
            sums[k] *= -2;
        }
        return sums;
    }

    @Override
    public String toString() {
        return lengthscales.length == 1
                ? String.format(Locale.ROOT, "%s(lengthscale %.4g)", profile, lengthscales[0])
                : String.format("%s(lengthscales %s)", profile, Arrays.toString(lengthscales));
    }
}
