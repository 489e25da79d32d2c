package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.block.Columns;
import java.util.List;
import java.util.Locale;

/**
 * The kernel (γ x·x' + c)ᵖ of points [n, d], for a whole p; linear for p = 1 and c = 0.
 *
 * <p>Hyperparameters: {@code slope}, γ, and {@code offset}, c, where that is not zero. Cost of a block: 2d flops and p − 1
 * multiplications an entry.
 */
public final class PolynomialKernel implements KernelFunction {
    private final int degree;
    private final double slope;
    private final double offset;
    private final Fn power;
    private final Fn weightedSlope;

    private PolynomialKernel(int degree, double slope, double offset) {
        if (degree < 1) {
            throw new ShapeException("polynomial: expected a degree of at least 1, got " + degree);
        }
        if (!(offset >= 0 && offset < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("polynomial offset: expected a number from 0, got " + offset);
        }
        this.degree = degree;
        this.slope = Hyperparameters.requirePositive("polynomial slope", slope);
        this.offset = offset;
        this.power = Fn.of("polynomial", t -> power(t.plus(offset), degree));
        this.weightedSlope = Fn.of("polynomial slope", (t, weights) -> power(t.plus(offset), degree - 1).times(weights
                .times(
                        degree)));
    }

    private static Expr power(Expr base, int exponent) {
        Expr result = base.filled(1);
        for (int i = 0; i < exponent; i++) {
            result = i == 0 ? base : result.times(base);
        }
        return result;
    }

    /**
     * (x·x' + 1)ᵖ.
     *
     * @param degree p, at least 1
     * @throws ShapeException if it is less
     */
    public static PolynomialKernel degree(int degree) {
        return new PolynomialKernel(degree, 1, 1);
    }

    /** x·x'. */
    public static PolynomialKernel linear() {
        return new PolynomialKernel(1, 1, 0);
    }

    /**
     * The same with another γ.
     *
     * @throws InvalidDataException if it is not positive and finite
     */
    public PolynomialKernel slope(double factor) {
        return new PolynomialKernel(degree, factor, offset);
    }

    /**
     * The same with another c.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public PolynomialKernel offset(double constant) {
        return new PolynomialKernel(degree, slope, constant);
    }

    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return power.apply(products(x1, x2)).asTensor();
    }

    /** γ x·x' of all pairs. */
    private Tensor products(Tensor x1, Tensor x2) {
        Inputs.requirePoints("polynomial", x1, x2);
        requireFinite(x1);
        requireFinite(x2);
        int n1 = x1.shape().extent(0);
        int n2 = x2.shape().extent(0);
        int d = x1.shape().extent(1);
        Shape shape = Shape.of(n1, n2);
        if (x1.dtype() == DType.F64) {
            double[] products = new double[shape.size()];
            Gemm.dgemm(n1, n2, d, slope, Storage.doubles(x1), 0, d, 1, Storage.doubles(x2), 0, 1, d, 0, products, 0,
                    n2);
            return Tensor.wrap(shape, products);
        }
        float[] products = new float[shape.size()];
        Gemm.sgemm(n1, n2, d, (float) slope, Storage.floats(x1), 0, d, 1, Storage.floats(x2), 0, 1, d, 0, products, 0,
                n2);
        return Tensor.wrap(shape, products);
    }

    private static void requireFinite(Tensor x) {
        double[] elements = Columns.widened(x);
        double largest = 0;
        for (double element : elements) {
            largest = Math.max(largest, Math.abs(element)); // one NaN makes the maximum NaN
        }
        if (!(largest < Double.POSITIVE_INFINITY)) {
            Inputs.requireFinite("polynomial", "an input", x);
        }
    }

    @Override
    public Tensor diagonal(Tensor x) {
        Inputs.requirePoints("polynomial", x, x);
        requireFinite(x);
        Tensor products = x.square().sum(1).times(slope);
        return power.apply(products).asTensor();
    }

    @Override
    public Hyperparameters hyperparameters() {
        return offset > 0
                ? new Hyperparameters(List.of("slope", "offset"), new double[]{slope, offset})
                : new Hyperparameters(List.of("slope"), new double[]{slope});
    }

    @Override
    public PolynomialKernel with(double... values) {
        hyperparameters().requireCount(values.length);
        return new PolynomialKernel(degree, values[0], offset > 0 ? values[1] : 0);
    }

    @Override
    public double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        Tensor products = products(x1, x2);
        Tensor slopes = weightedSlope.apply(products, weights.cast(products.dtype())).asTensor();
        double[] g = Columns.widened(slopes);
        double along = Dots.ddot(g.length, g, 0, Columns.widened(products), 0);
        double sum = 0;
        for (double entry : g) {
            sum += entry;
        }
        return offset > 0 ? new double[]{along, offset * sum} : new double[]{along};
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "polynomial(degree %d, slope %.4g, offset %.4g)", degree, slope, offset);
    }
}
