package cotangent.linalg.cost;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Cost;
import java.util.Locale;

/**
 * How long this machine takes for what a computation does, by which a planner chooses among routes.
 *
 * <p>It is measured once per machine and stored, so that the same request takes the same route in every run: a stopwatch that
 * runs along would not do. All rates are those of one thread, since a route that is cheaper on one is hardly ever dearer on
 * several, and the choice then does not depend on how many there are.
 *
 * @param origin  where the numbers come from, in words
 * @param f64     what float64 products and loop nests take
 * @param f32     what float32 ones take
 * @param bytes   bytes per second that are read or written in memory, beyond the caches
 * @param call    seconds that calling a kernel takes
 */
public record CostModel(String origin, Rates f64, Rates f32, double bytes, double call) {
    /**
     * Rates of one dtype.
     *
     * @param thin     floating-point operations per second of products with an extent under {@link Cost#NARROW}
     * @param narrow   of those with one under {@link Cost#WIDE}
     * @param wide     of all others
     * @param elements elements per second of a loop nest that adds or multiplies
     */
    public record Rates(double thin, double narrow, double wide, double elements) {
        private Rates times(double factor) {
            return new Rates(factor * thin, factor * narrow, factor * wide, factor * elements);
        }
    }

    /** Rates of a core with 512-bit vectors at 3 GHz; others go by clock and width from these. */
    private static final Rates F64_AT_3_GHZ = new Rates(4e9, 55e9, 75e9, 1.2e9);
    private static final Rates F32_AT_3_GHZ = new Rates(12e9, 85e9, 150e9, 2.2e9);

    /** Numbers for no machine in particular: what is used where nothing can be stored. */
    public static CostModel builtIn() {
        return scaled("built in, for a machine with 256-bit vectors at 3 GHz", 0.5, 8e9);
    }

    /** The model of this machine: the stored one, or one measured now, in some ten milliseconds, and stored. */
    public static CostModel current() {
        return CostModelFile.Current.MODEL;
    }

    /**
     * Measures this machine thoroughly, in about half a minute, and stores the result for processes that start from now on.
     *
     * @return the model, whose origin says where it was stored or why it was not
     */
    public static CostModel calibrate() {
        return CostModelFile.store(Calibration.thorough());
    }

    /** The built-in rates for another machine. */
    static CostModel scaled(String origin, double factor, double bytes) {
        return new CostModel(origin, F64_AT_3_GHZ.times(factor), F32_AT_3_GHZ.times(factor), bytes, 1e-6);
    }

    CostModel withOrigin(String other) {
        return new CostModel(other, f64, f32, bytes, call);
    }

    private Rates rates(DType dtype) {
        return dtype == DType.F32 ? f32 : f64;
    }

    /** Seconds that something takes on one thread. */
    public double seconds(Cost cost, DType dtype) {
        Rates rates = rates(dtype);
        return cost.thin() / rates.thin + cost.narrow() / rates.narrow + cost.wide() / rates.wide + cost.elements()
                / rates.elements + cost.calls() * call;
    }

    /** Seconds to move so many bytes to or from memory. */
    public double secondsToMove(double count) {
        return count / bytes;
    }

    /** Seconds for all eigenvalues of a symmetric float64 matrix: 4/3·n³ operations, half of which wait for memory. */
    public double secondsOfEigenvalues(int n) {
        double flops = 4.0 / 3 * n * n * n;
        return 0.5 * flops / f64.wide + 0.5 * flops / f64.thin;
    }

    /** Seconds for the Cholesky factor of a float64 matrix: n³/3 operations. */
    public double secondsOfCholesky(int n) {
        return 1.0 / 3 * n * n * n / f64.narrow;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "cost model (%s): float64 products %.3g / %.3g / %.3g GFLOP/s thin / narrow / wide, %.3g elements/ns; float32 %.3g / %.3g / %.3g, %.3g; memory %.3g GB/s; %.2g us a call",
                origin, 1e-9 * f64.thin, 1e-9 * f64.narrow, 1e-9 * f64.wide, 1e-9 * f64.elements, 1e-9 * f32.thin, 1e-9
                        * f32.narrow,
                1e-9 * f32.wide, 1e-9 * f32.elements, 1e-9 * bytes, 1e6 * call);
    }
}
