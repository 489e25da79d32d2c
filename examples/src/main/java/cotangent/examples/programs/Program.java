package cotangent.examples.programs;

import cotangent.examples.plot.Plot;
import java.io.PrintWriter;
import java.util.List;

/** An example: a short program that prints what it finds and can plot it. */
public interface Program {
    /** What it is called on the command line. */
    String name();

    /** What it shows, in one line. */
    String summary();

    /**
     * Runs it.
     *
     * @param out takes what it prints
     * @return its plot
     */
    Plot run(PrintWriter out);

    /** All of them. */
    static List<Program> all() {
        return List.of(new StableRanks(), new RandomizedEighCheck(), new OversamplingSweep(), new PowerIterationSweep(),
                new MatrixFreeTiming(), new TopEigenfunctions(), new HessianDensity());
    }
}
