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
}
