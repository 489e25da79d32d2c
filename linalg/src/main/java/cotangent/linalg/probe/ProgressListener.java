package cotangent.linalg.probe;

/** Told how far a computation has come, after each block of products. */
@FunctionalInterface
public interface ProgressListener {
    /** A listener that does nothing. */
    ProgressListener NONE = (done, total) -> {};

    /**
     * Some products are done.
     *
     * @param done  products so far
     * @param total products in all
     */
    void progressed(long done, long total);

    /**
     * An estimate that goes on until it is accurate enough has looked at its error.
     *
     * @param relativeError half the width of the interval so far, relative to the value
     * @param wanted        the relative error at which it ends
     */
    default void estimated(double relativeError, double wanted) {}
}
