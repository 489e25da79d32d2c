package cotangent.spec.bench;

/** A library's matrix product; those of peers are found by {@link java.util.ServiceLoader}. */
public interface GemmRoutine {
    /** The library, and which of its ways. */
    String name();

    /** Whether it could be the fastest there on this machine, and so is worth the time. */
    boolean suits(GemmShape shape);

    /**
     * Makes ready to multiply, with the library's matrices filled.
     *
     * @param shape   what to multiply
     * @param a       A, row-major
     * @param b       B, row-major
     * @param threads cores it may use
     * @throws Exception if the library cannot be loaded
     */
    Product prepare(GemmShape shape, double[] a, double[] b, int threads) throws Exception;

    /** A product that can be computed again and again. */
    interface Product {
        /** Computes C. */
        void run();

        /** C as last computed, row-major. */
        double[] result();
    }
}
