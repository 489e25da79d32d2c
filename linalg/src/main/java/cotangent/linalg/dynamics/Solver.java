package cotangent.linalg.dynamics;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.linalg.probe.ProgressListener;
import org.jspecify.annotations.Nullable;

/** How the kernel's functions are to be found, and, once asked for, what finds them. */
final class Solver {
    /** Rows up to which the kernel is written out and decomposed: at most 8 MiB, and a second or two. */
    private static final int LARGEST_DENSE = 1024;

    private final Start start;
    private final Options options;
    private @Nullable Propagator propagator;

    enum Route {
        AUTOMATIC, EIGH, LANCZOS
    }

    /**
     * Options.
     *
     * @param tolerance     for the norm of an error, relative to what is computed
     * @param maxSteps      of each Krylov space
     * @param rankTolerance size up to which an eigenvalue is taken for 0, relative to the largest; negative for n·ε
     */
    record Options(Route route, double tolerance, int maxSteps, double rankTolerance, ProgressListener listener) {
        static final Options DEFAULT = new Options(Route.AUTOMATIC, 1e-8, 400, -1, ProgressListener.NONE);

        Options {
            if (!(tolerance >= 0 && tolerance < 1)) {
                throw new InvalidDataException("dynamics: expected a relative tolerance from 0 to below 1, got "
                        + tolerance);
            }
            if (maxSteps < 2) {
                throw new ShapeException("dynamics: expected at least 2 Lanczos steps, got " + maxSteps);
            }
        }

        Options withRoute(Route other) {
            return new Options(other, tolerance, maxSteps, rankTolerance, listener);
        }

        Options withMaxSteps(int other) {
            return new Options(route, tolerance, other, rankTolerance, listener);
        }

        Options withTolerance(double other) {
            return new Options(route, other, maxSteps, rankTolerance, listener);
        }

        Options withRankTolerance(double other) {
            if (!(other >= 0 && other < 1)) {
                throw new InvalidDataException("dynamics: expected a rank tolerance from 0 to below 1, got " + other);
            }
            return new Options(route, tolerance, maxSteps, other, listener);
        }

        Options withListener(ProgressListener other) {
            return new Options(route, tolerance, maxSteps, rankTolerance, other);
        }
    }

    Solver(Start start, Options options) {
        this.start = start;
        this.options = options;
    }

    Options options() {
        return options;
    }

    Solver with(Options other) {
        return new Solver(start, other);
    }

    synchronized Propagator propagator() {
        if (propagator == null) {
            boolean dense = switch (options.route) {
                case AUTOMATIC -> start.size() <= LARGEST_DENSE;
                case EIGH -> true;
                case LANCZOS -> false;
            };
            propagator = dense ? DensePropagator.of(start, options) : new KrylovPropagator(start, options);
        }
        return propagator;
    }
}
