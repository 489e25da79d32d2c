package cotangent.examples.programs;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Products with the sketch repeated: what power iterations buy. */
final class PowerIterationSweep implements Program {
    @Override
    public String name() {
        return "power-iterations";
    }

    @Override
    public String summary() {
        return "error of ten eigenvalues against power iterations, with oversampling 10";
    }

    @Override
    public void run(PrintWriter out, @Nullable Path plot) {
        new Sweep("power iterations", new int[]{0, 1, 2, 3, 4, 6, 8}, (solver, q) -> solver.oversampling(10)
                .powerIterations(q)).run(out, plot);
    }
}
