package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function evaluated once at a point, with everything kept that its derivative there needs.
 *
 * <p>The derivative with respect to the first input is then a linear map J from that input, flattened to a vector, to
 * the output, flattened to a vector; {@link #forward()} applies it and {@link #transpose()} its transpose, as often as
 * wanted, without evaluating the function again. Trees are flattened leaf by leaf in order, each in row-major order.
 */
public final class Linearization {
    private final Tree output;
    private final LinearProgram forward;

    private Linearization(Tree output, LinearProgram forward) {
        this.output = output;
        this.forward = forward;
    }

    /**
     * Evaluates a traced function and keeps its tape.
     *
     * @param function the function
     * @param varying number of leading inputs of the graph that are differentiated; all of one floating-point dtype
     * @param result  structure of the function's output
     * @param values  one per input of the graph
     * @throws ShapeException if varying inputs or outputs are not all of one floating-point dtype
     */
    public static Linearization of(Graph function, int varying, Structure result, List<Tensor> values,
            Backend backend) {
        Graph graph = Checkpoints.apply(function, Checkpoints.DEFAULT_BYTES);
        List<Expr> tangents = new ArrayList<>();
        List<@Nullable Expr> seeds = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Expr tangent = i < varying ? Expr.input(graph.inputs().get(i).type()) : null;
            seeds.add(tangent);
            if (tangent != null) {
                tangents.add(tangent);
            }
        }
        List<Expr> outputs = ReverseMode.dense(ForwardMode.tangents(graph, seeds), graph.outputTypes());
        Split split = Split.at(tangents, outputs);
        List<Expr> primal = new ArrayList<>(graph.outputs());
        primal.addAll(split.tape());
        List<Tensor> computed = backend.compile(Graph.of(graph.inputs(), primal)).run(values);
        int count = graph.outputs().size();
        LinearProgram forward = LinearProgram.of(tangents, split.cut(outputs),
                split.tape(computed.subList(count, computed
                        .size())),
                backend);
        return new Linearization(result.build(computed.subList(0, count)), forward);
    }

    /** The function's value at the point. */
    public Tree output() {
        return output;
    }

    /** J: tangents of the first input to tangents of the output. */
    public LinearProgram forward() {
        return forward;
    }

    /** Jᵀ: cotangents of the output to cotangents of the first input. */
    public LinearProgram transpose() {
        return forward.transpose();
    }

    /** Bytes of what is kept of the evaluation, beside the function's value: the tape. */
    public long tapeBytes() {
        return forward.tapeBytes();
    }

    @Override
    public String toString() {
        return "linearization at a point: J is %s[%d, %d]".formatted(forward.dtype(), forward.outputSize(),
                forward.inputSize());
    }
}
