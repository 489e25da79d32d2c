package cotangent.linalg;

import cotangent.dsl.ShapeException;
import cotangent.linalg.probe.ProgressListener;

/**
 * What the randomized decompositions to a tolerance have in common: immutable options.
 *
 * @param <S> the solver
 */
public abstract sealed class AdaptiveSolver<S extends AdaptiveSolver<S>>
        permits RandomizedEigh.ToTolerance, RandomizedSvd.ToTolerance {
    final RangeFinder finder;
    final Tolerance tolerance;
    private final String name;

    AdaptiveSolver(String name, RangeFinder finder, Tolerance tolerance) {
        this.name = name;
        this.finder = finder;
        this.tolerance = tolerance;
    }

    abstract S with(RangeFinder otherFinder, Tolerance otherTolerance);

    /**
     * The same solver with blocks of b vectors; the default is 10.
     *
     * @throws ShapeException if b is under 1
     */
    public final S blockSize(int b) {
        return with(finder, tolerance.withBlockSize(name, b));
    }

    /**
     * The same solver with a basis that stops growing at so many vectors.
     *
     * @throws ShapeException if it is under 1
     */
    public final S maxRank(int vectors) {
        return with(finder, tolerance.withMaxRank(name, vectors));
    }

    /** The same solver with another seed. */
    public final S seed(long seed) {
        return with(finder.withSeed(seed), tolerance);
    }

    /** The same solver with a listener that is told of progress after each block. */
    public final S listener(ProgressListener listener) {
        return with(finder.withListener(listener), tolerance);
    }

    @Override
    public String toString() {
        return name + ": " + tolerance;
    }
}
