package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import java.time.Duration;

/**
 * The exact diagonal of a tangent kernel, and each parameter's share of it.
 *
 * @param squares [parameters][outputs]: squared norms of the outputs' gradients by parameter; not to be written to
 * @param vjps    reverse passes that it took, each for one output of every sample or for one row of the Jacobian
 * @param route   how it was found, in words
 * @param elapsed time taken
 */
public record KernelDiagonal(double[][] squares, long vjps, String route, Duration elapsed) {
    /** The diagonal: one number per output, flattened as the model's output is. */
    public double[] values() {
        double[] sums = new double[squares.length == 0 ? 0 : squares[0].length];
        for (double[] share : squares) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += share[i];
            }
        }
        return sums;
    }

    /** The diagonal of a reduced kernel: of averaged outputs the mean. */
    public double[] values(OutputReduction reduction) {
        double[] whole = values();
        double[] reduced = new double[reduction.rows()];
        for (int i = 0; i < whole.length; i++) {
            reduced[reduction.row(i)] += whole[i] / reduction.traces();
        }
        return reduced;
    }

    /**
     * The diagonal of a reduced kernel, rounded to a dtype.
     *
     * @throws InvalidDataException if it holds NaN or infinity
     */
    public Tensor tensor(OutputReduction reduction, DType dtype) {
        double[] values = values(reduction);
        for (double value : values) {
            requireFinite(value);
        }
        return Tensor.wrap(Shape.of(values.length), values).cast(dtype);
    }

    private static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidDataException(
                    "ntk: the Jacobian holds NaN or infinity; check parameters and inputs");
        }
    }

    /**
     * The trace, exact to rounding.
     *
     * @throws InvalidDataException if it is NaN or infinite
     */
    public Estimate trace() {
        return trace("trace", sum(values()));
    }

    /** The trace of a reduced kernel: that of the kernel over the number of outputs averaged over. */
    public Estimate trace(OutputReduction reduction) {
        return trace("trace", sum(values()) / reduction.traces());
    }

    /** One parameter's share of the trace. */
    public Estimate traceOf(int parameter) {
        return trace("trace, share of parameter " + parameter, sum(squares[parameter]));
    }

    private Estimate trace(String name, double value) {
        requireFinite(value);
        return new Estimate(name, value, 0, ErrorBar.EXACT, 0, 0, 0, 0, vjps, 0, 0, route, elapsed, true);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
