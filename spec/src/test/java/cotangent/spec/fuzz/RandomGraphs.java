package cotangent.spec.fuzz;

import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random well-typed graphs over all primitives with inputs to run them on, each a function of its seed: shapes of awkward
 * extents (zero among them) and ranks 0 to 4, one floating-point dtype per graph with the others where they fit, up to
 * some thirty steps.
 */
final class RandomGraphs {
    /** What is listed more often is taken more often. */
    private static final List<Step> STEPS = List.of(ElementwiseSteps::unary, ElementwiseSteps::unary,
            ElementwiseSteps::unary, ElementwiseSteps::binary, ElementwiseSteps::binary, ElementwiseSteps::binary,
            ElementwiseSteps::compare, ElementwiseSteps::select, ElementwiseSteps::cast, ElementwiseSteps::squash,
            ElementwiseSteps::composition, ReductionSteps::reduce, ReductionSteps::reduce, ReductionSteps::argMax,
            ReductionSteps::cumSum, ReductionSteps::composition, ReductionSteps::dot, ReductionSteps::dot,
            ReductionSteps::matmul, LayoutSteps::transpose, LayoutSteps::reshape, LayoutSteps::broadcast,
            LayoutSteps::reverse, LayoutSteps::slice, LayoutSteps::pad, LayoutSteps::concat, IndexingSteps::gather,
            IndexingSteps::scatterAdd, IndexingSteps::iota, IndexingSteps::random, IndexingSteps::oneHot,
            IndexingSteps::dynamicSlice, ScanSteps::scan);

    private RandomGraphs() {}

    /** The graph of a seed. */
    static Sample of(long seed) {
        Growth growth = new Growth(new SplittableRandom(seed));
        growth.add(growth.input(new TensorType(growth.floating, growth.shape())));
        int steps = 1 + growth.random.nextInt(1 + growth.random.nextInt(30));
        for (int i = 0; i < steps; i++) {
            growth.add(step(growth).take(growth));
        }
        return new Sample(seed, Graph.of(growth.inputs(), outputs(growth)), List.copyOf(growth.arguments()));
    }

    /** A way to grow, at random. */
    static Step step(Growth growth) {
        return STEPS.get(growth.random.nextInt(STEPS.size()));
    }

    /** What nothing else uses, and now and then an intermediate value. */
    private static List<Expr> outputs(Growth growth) {
        Set<Node> used = Collections.newSetFromMap(new IdentityHashMap<>());
        Graph.of(growth.inputs(), growth.values())
                .nodes()
                .forEach(node -> node.inputs()
                        .forEach(input -> used.add(input
                                .node())));
        List<Expr> outputs = new ArrayList<>();
        for (Expr value : growth.values()) {
            if (!outputs.contains(value) && (!used.contains(value.node()) || growth.chance(10))) {
                outputs.add(value);
            }
        }
        return outputs;
    }
}
