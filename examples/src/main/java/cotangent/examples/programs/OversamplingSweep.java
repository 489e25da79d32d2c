package cotangent.examples.programs;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** More vectors than eigenvalues wanted: what oversampling buys. */
final class OversamplingSweep implements Program {
    @Override
    public String name() {
        return "oversampling";
    }

    @Override
    public String summary() {
        return "error of ten eigenvalues against oversampling, without power iterations";
    }

    @Override
    public void run(PrintWriter out, @Nullable Path plot) {
        new Sweep("oversampling", new int[]{0, 2, 5, 10, 20, 40, 80}, (solver, p) -> solver.oversampling(p).powerIterations(
                0)).run(out, plot);
    }
}
