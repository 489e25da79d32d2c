package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.Step;
import cotangent.dsl.ir.Op;

/** The stages of primitives that are loops of their own. */
final class Primitives {
    private Primitives() {}

    static Stage stage(Step.Primitive step) {
        return switch (step.node().op()) {
            case Op.CumSum op -> new CumSumStage(op, step.inputs().getFirst(), step.output());
            case Op.ArgMax op -> new ArgMaxStage(op.axis(), step.inputs().getFirst(), step.output());
            case Op.Gather op -> new GatherStage(op, step.inputs().get(0), step.inputs().get(1), step.output());
            case Op.ScatterAdd op -> new ScatterAddStage(op, step);
            case Op.Random op -> new RandomStage(op, step.inputs().getFirst(), step.output());
            default -> throw new AssertionError(step);
        };
    }

    /** Number of elements in axes {@code from..to-1}. */
    static int product(Shape shape, int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= shape.extent(axis);
        }
        return product;
    }

}
