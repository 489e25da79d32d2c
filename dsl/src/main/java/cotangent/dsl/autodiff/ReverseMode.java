package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reverse mode: forward mode, with the linear part it builds turned round. What the turned part uses of the primal part
 * is the tape.
 */
public final class ReverseMode {
    private ReverseMode() {}

    /**
     * The cotangents of some inputs of a graph, as expressions over its inputs and the given cotangents of its outputs.
     *
     * @param varying    positions of the inputs, of floating-point dtype
     * @param cotangents one per output, of its type; {@code null} is zero
     * @return one per varying input, zeros where no output depends on it
     */
    public static List<Expr> cotangents(Graph function, int[] varying, List<? extends @Nullable Expr> cotangents) {
        Graph graph = Checkpoints.apply(function, Checkpoints.DEFAULT_BYTES);
        List<Expr> tangents = new ArrayList<>();
        List<@Nullable Expr> seeds = zeros(graph.inputs().size());
        for (int position : varying) {
            Expr tangent = Expr.input(graph.inputs().get(position).type());
            tangents.add(tangent);
            seeds.set(position, tangent);
        }
        List<@Nullable Expr> outputs = ForwardMode.tangents(graph, seeds);
        return dense(Transpose.transpose(tangents, outputs, cotangents), tangents.stream().map(Expr::type).toList());
    }

    /** A list of tangents or cotangents that are all zero, to be filled in. */
    public static List<@Nullable Expr> zeros(int count) {
        List<@Nullable Expr> zeros = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            zeros.add(null);
        }
        return zeros;
    }

    /** The expressions with zeros of the given types in place of {@code null}. */
    public static List<Expr> dense(List<? extends @Nullable Expr> expressions, List<TensorType> types) {
        List<Expr> result = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            Expr expression = expressions.get(i);
            result.add(expression == null ? ForwardMode.zeros(types.get(i)) : expression);
        }
        return result;
    }
}
