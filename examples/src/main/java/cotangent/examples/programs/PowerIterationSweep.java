package cotangent.examples.programs;

import cotangent.examples.plot.Plot;
import java.io.PrintWriter;

/** Products with the sketch repeated: what power iterations buy. */
final class PowerIterationSweep implements Program {
    @Override
    public String name() {
        return "power-iterations";
    }

    @Override
    public String summary() {
        return "error of ten eigenvalues against power iterations";
    }

    @Override
    public Plot run(PrintWriter out) {
        return new Sweep("power iterations", new int[]{0, 1, 2, 3, 4, 6, 8}, (solver, q) -> solver.oversampling(10)
                .powerIterations(q)).run(out);
    }
}
