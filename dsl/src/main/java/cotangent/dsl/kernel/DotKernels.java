package cotangent.dsl.kernel;

/** Dot products, once with vectors and once without, in the lane order that {@link Dots} defines. */
sealed interface DotKernels permits VectorDots, ScalarDots {

    /** The implementation of this process. */
    DotKernels CHOSEN = Simd.AVAILABLE ? new VectorDots() : new ScalarDots();

    /** Float64. */
    double dot(int n, double[] x, int xOff, double[] y, int yOff);

    /** Float32. */
    float dot(int n, float[] x, int xOff, float[] y, int yOff);

    /** Float32 elements, float64 products and sums. */
    double wideDot(int n, float[] x, int xOff, float[] y, int yOff);
}
