package cotangent.examples.programs;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.plot.Eigenfunctions;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Outputs;
import java.io.PrintWriter;

/** What the NTK of a small network on digits sees first: its six leading eigenfunctions, as images of the pixels. */
final class TopEigenfunctions implements Program {
    private static final int SAMPLES = 1_000;
    private static final int TOP = 6;

    @Override
    public String name() {
        return "eigenfunctions";
    }

    @Override
    public String summary() {
        return "six leading eigenfunctions of the NTK as 7x7 images";
    }

    @Override
    public Plot run(PrintWriter out) {
        Mlp mlp = Nn.mlp(49, 32, 32, 10);
        Tensor digits = EmbeddedMnist.pooled(SAMPLES, DType.F64).inputs();
        EmpiricalNtk kernel = EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), digits).outputs(Outputs.sum());
        Eigenpairs pairs = kernel.topEigenpairs(TOP);
        double trace = kernel.trace().value();
        Table table = Table.of("index", "eigenvalue", "residual bound", "share of the trace");
        for (int i = 0; i < TOP; i++) {
            table.row(Integer.toString(i + 1), Table.number(pairs.values().get(i), 6),
                    Table.number(pairs.residuals().get(i),
                            2),
                    "%.2f %%".formatted(100 * pairs.values().get(i) / trace));
        }
        table.print(out);
        return Eigenfunctions.images(digits, pairs);
    }
}
