package cotangent.dsl.ir;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import java.util.ArrayList;
import java.util.List;

/** What a loop means: its steps one after the other, without the loop. */
public final class Unroll {
    private Unroll() {}

    /**
     * A {@link Op.Scan} written out; its cost is that of the loop, its size grows with the number of steps.
     *
     * @param inputs the loop's inputs
     * @return the loop's outputs
     */
    public static List<Expr> scan(Op.Scan scan, List<Expr> inputs) {
        int carries = scan.carries();
        List<Expr> state = inputs.subList(0, carries);
        List<List<Expr>> parts = new ArrayList<>();
        for (int i = carries; i < scan.body().outputs().size(); i++) {
            parts.add(new ArrayList<>());
        }
        for (int step = 0; step < scan.length(); step++) {
            int time = scan.reverse() ? scan.length() - 1 - step : step;
            List<Expr> arguments = new ArrayList<>(state);
            for (int i = carries; i < inputs.size(); i++) {
                Expr input = inputs.get(i);
                boolean isSequence = i < carries + scan.sequences();
                arguments.add(isSequence
                        ? input.slice(0, time, time + 1)
                                .reshape(scan.body()
                                        .inputs()
                                        .get(i)
                                        .shape())
                        : input);
            }
            List<Expr> results = scan.body().call(arguments);
            state = results.subList(0, carries);
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).add(scan.reverse() ? 0 : step, results.get(carries + i));
            }
        }
        List<Expr> outputs = new ArrayList<>(state);
        for (int i = 0; i < parts.size(); i++) {
            TensorType type = scan.body().outputTypes().get(carries + i);
            outputs.add(scan.length() == 0 ? nothing(type) : Expr.stack(0, parts.get(i).toArray(Expr[]::new)));
        }
        return outputs;
    }

    private static Expr nothing(TensorType step) {
        Expr zeros = Expr.of(Tensor.zeros(DType.F32, step.shape().insert(0, 0).toArray()));
        return zeros.cast(step.dtype());
    }
}
