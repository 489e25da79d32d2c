package cotangent.linalg.trace;

import java.util.function.DoubleUnaryOperator;

/** Recurrences on several probes side by side, from which vᵀf(A)v follows for any f without further products. */
interface ProbeRuns {
    /** Number of probes. */
    int count();

    /** Goes on until there are so many products per probe in all. */
    void extend(int steps);

    /**
     * vᵀf(A)v for the probe at a position.
     *
     * @param steps how many of its products to use
     */
    double form(int probe, int steps, DoubleUnaryOperator f);

    /**
     * The probe's share of the spectral density, smoothed: its integral is ‖v‖².
     *
     * @param width  standard deviation of the smoothing, where it can be chosen
     * @param points where
     */
    double[] density(int probe, int steps, double width, double[] points);
}
