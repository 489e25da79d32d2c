package cotangent.spec.bench;

/** A library's dense decompositions; those of peers are found by {@link java.util.ServiceLoader}. */
public interface DecompositionRoutine {
    /** The library, and which of its ways. */
    String name();

    /** Whether it is LAPACK, not a library in Java. */
    boolean isLapack();

    /** Whether it has this decomposition and takes no longer than a measurement should. */
    boolean suits(Decomposition work);

    /**
     * Makes ready to decompose, the matrix in the library's own form.
     *
     * @param work    what to compute
     * @param a       the matrix, row-major
     * @param threads cores it may use
     * @throws Exception if the library cannot be loaded
     */
    Call prepare(Decomposition work, double[] a, int threads) throws Exception;

    /** A decomposition that can be computed again and again, each time of the matrix as it was. */
    interface Call {
        /** Decomposes, vectors and factors in the form that the library hands to its users. */
        void run();

        /** Eigenvalues, singular values, or the entries of the triangular factor in any order, as last computed. */
        double[] result();
    }
}
