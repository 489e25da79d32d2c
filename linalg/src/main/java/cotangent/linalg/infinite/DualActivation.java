package cotangent.linalg.infinite;

import cotangent.dsl.Activation;
import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.util.function.DoubleUnaryOperator;

/**
 * A nonlinearity φ as a network of infinite width sees it: by E[φ(u) φ(v)] and E[φ'(u) φ'(v)] for Gaussian u and v of any variances
 * and covariance (A. Daniely, R. Frostig and Y. Singer, Toward deeper understanding of neural networks: the power of initialization
 * and a dual view on expressivity, NIPS 2016, call the first the dual activation).
 *
 * <p>Both come from closed forms for {@link #relu}, {@link #leakyRelu}, {@link #abs}, {@link #identity}, {@link #erf}, {@link #gelu},
 * {@link #sin}, {@link #cos} and {@link #monomial}, to a few units of rounding of sqrt(var u · var v), and for every other function from
 * its Hermite series; see {@link #of(String, DoubleUnaryOperator)}.
 */
public abstract sealed class DualActivation permits PiecewiseLinear, SmoothActivation {
    private final String name;

    DualActivation(String name) {
        this.name = name;
    }

    /** {@code max(x, 0)}: the arc-cosine kernels of degree 1 and 0 (Y. Cho and L. K. Saul, NIPS 2009). */
    public static DualActivation relu() {
        return new PiecewiseLinear("relu", 0, 1);
    }

    /**
     * {@code x} where positive, {@code slope * x} where negative.
     *
     * @throws CotangentException if the slope is NaN or infinite
     */
    public static DualActivation leakyRelu(double slope) {
        if (!Double.isFinite(slope)) {
            throw new CotangentException("leakyRelu: expected a finite slope, got " + slope);
        }
        return new PiecewiseLinear("leakyRelu(" + slope + ")", slope, 1);
    }

    /** {@code |x|}. */
    public static DualActivation abs() {
        return new PiecewiseLinear("abs", -1, 1);
    }

    /** {@code x}. */
    public static DualActivation identity() {
        return new PiecewiseLinear("identity", 1, 1);
    }

    /** The error function: the arcsine kernel (C. K. I. Williams, Computing with infinite networks, NIPS 1996). */
    public static DualActivation erf() {
        return new ErfActivation();
    }

    /** {@code x * Phi(x)} with the normal distribution function Phi (D. Hendrycks and K. Gimpel 2016, the exact form). */
    public static DualActivation gelu() {
        return new GeluActivation();
    }

    /** The sine. */
    public static DualActivation sin() {
        return new WaveActivation("sin", -1);
    }

    /** The cosine. */
    public static DualActivation cos() {
        return new WaveActivation("cos", 1);
    }

    /**
     * {@code x^degree}, whose Hermite series ends.
     *
     * @param degree from 1 to 32
     * @throws CotangentException if the degree is out of range
     */
    public static DualActivation monomial(int degree) {
        if (degree < 1 || degree > HermiteActivation.HIGHEST_MONOMIAL) {
            throw new CotangentException("monomial: expected a degree from 1 to %d, got %d".formatted(
                    HermiteActivation.HIGHEST_MONOMIAL, degree));
        }
        return HermiteActivation.power(degree);
    }

    /** A nonlinearity of the language, by a closed form where there is one, else by quadrature. */
    public static DualActivation of(Activation activation) {
        return switch (activation) {
            case IDENTITY -> identity();
            case RELU -> relu();
            case ERF -> erf();
            case GELU -> gelu();
            case SIN -> sin();
            case TANH, SILU, SIGMOID, SOFTPLUS -> new HermiteActivation(activation.toString(),
                    values -> activation.apply(Tensor.wrap(Shape.of(values.length), values))
                            .cast(DType.F64)
                            .toDoubles());
        };
    }

    /**
     * Any function, from its values alone: {@code φ(r z) = Σ aₙ(r) hₙ(z)} with the orthonormal Hermite polynomials hₙ and coefficients
     * by Gauss-Hermite quadrature. By Mehler's formula {@code E φ(u)φ(v) = Σ aₙ(r₁) aₙ(r₂) cⁿ} for deviations r₁, r₂ and correlation c:
     * quadrature in two dimensions at the price of one. Derivatives need none of φ: E φ'φ' is the series' derivative by k (Stein).
     *
     * <p>The series is cut, at 16 to 256 terms with twice as many nodes, where the terms of E φ'(u)² have come down to rounding
     * (float64; to 1e-8 in float32). Terms fall like exp(−τ sqrt(8n)/r) for a function that is analytic up to the distance τ from the
     * real line: tanh, τ = π/2, with r = 1 takes 128. A function with a kink, such as an ELU-like one, keeps terms of E φ'² like
     * n^(−3/2): at 256 terms E φ² is off by about 1e-4, and E φ'² of ReLU by 2 per cent where u = v, less away from it; a jump has no tangent kernel at all. {@link InfiniteKernels#seriesError} tells what remains.
     *
     * @param name     for messages
     * @param function finite for all numbers that occur, up to 30 deviations
     */
    public static DualActivation of(String name, DoubleUnaryOperator function) {
        return new HermiteActivation(name, values -> {
            double[] result = new double[values.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = function.applyAsDouble(values[i]);
            }
            return result;
        });
    }

    /**
     * The layer's spread from its input's.
     *
     * @param single whether float32's accuracy will do
     */
    abstract Spread spread(double[] deviation, boolean single);

    /** Whether {@link #pass} looks at s − k and s + k of its input. */
    abstract boolean usesGap();

    /**
     * Passes a run of pairs through the activation.
     *
     * @param in  the run, seen from the input layer
     * @param out the run, seen from this layer
     * @param x   the input layer's pairs
     * @param y   receives this layer's pairs
     * @param gap whether y is to receive s − k and s + k, too
     */
    abstract void pass(Strip in, Strip out, Pairs x, Pairs y, boolean gap, Room room);

    @Override
    public final String toString() {
        return name;
    }
}
