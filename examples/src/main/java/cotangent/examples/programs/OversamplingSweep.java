package cotangent.examples.programs;

import cotangent.examples.plot.Plot;
import java.io.PrintWriter;

/** More vectors than eigenvalues wanted: what oversampling buys. */
final class OversamplingSweep implements Program {
    @Override
    public String name() {
        return "oversampling";
    }

    @Override
    public String summary() {
        return "error of ten eigenvalues against oversampling";
    }

    @Override
    public Plot run(PrintWriter out) {
        return new Sweep("oversampling", new int[]{0, 2, 5, 10, 20, 40, 80},
                (solver, p) -> solver.oversampling(p)
                        .powerIterations(
                                0))
                .run(out);
    }
}
