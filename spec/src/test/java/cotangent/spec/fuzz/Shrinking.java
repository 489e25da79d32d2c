package cotangent.spec.fuzz;

import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A failing graph made small: the part of it up to the first value that fails, and that value's operation alone. */
final class Shrinking {
    private final Predicate<Sample> fails;

    Shrinking(Predicate<Sample> fails) {
        this.fails = fails;
    }

    /** The smallest failing sample found; the sample itself if nothing smaller fails. */
    Sample shrink(Sample sample) {
        for (Node node : sample.graph().nodes()) {
            if (!(node.op() instanceof Op.Input)) {
                Sample part = upTo(sample, node);
                if (fails.test(part)) {
                    Sample alone = alone(part, node);
                    return fails.test(alone) ? alone : part;
                }
            }
        }
        return sample;
    }

    private static Sample upTo(Sample sample, Node node) {
        List<Node> needed = Graph.of(List.of(), outputs(node)).nodes();
        List<Expr> inputs = new ArrayList<>();
        List<Tensor> arguments = new ArrayList<>();
        for (int i = 0; i < sample.inputs().size(); i++) {
            Expr input = sample.graph().inputs().get(i);
            if (needed.contains(input.node())) {
                inputs.add(input);
                arguments.add(sample.inputs().get(i));
            }
        }
        return new Sample(sample.seed(), Graph.of(inputs, outputs(node)), arguments);
    }

    /** One operation, on the values that its inputs have in the reference backend's run. */
    private static Sample alone(Sample part, Node node) {
        Graph operands = Graph.of(part.graph().inputs(), node.inputs());
        List<Tensor> values = new ReferenceBackend(true).compile(operands).run(part.inputs());
        List<Expr> inputs = node.inputs().stream().map(input -> Expr.input(input.type())).toList();
        Node copy = Node.of(node.op(), inputs, node.source());
        return new Sample(part.seed(), Graph.of(inputs, outputs(copy)), values);
    }

    private static List<Expr> outputs(Node node) {
        return IntStream.range(0, node.types().size()).mapToObj(node::output).toList();
    }
}
