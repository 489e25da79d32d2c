package cotangent.spec.fuzz;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.List;

/** Loops over time whose steps are random graphs of their own. */
final class ScanSteps {
    private static final int MOST_STEPS = 4;

    private ScanSteps() {}

    /** Zero to four steps over carries, sequences and values from outside; sometimes backwards, sometimes recomputed. */
    static Expr scan(Growth growth) {
        int length = growth.chance(5) ? 0 : growth.random.nextInt(1, MOST_STEPS + 1);
        Growth step = growth.inside();
        List<Expr> carries = new ArrayList<>();
        List<Expr> sequences = new ArrayList<>();
        List<Expr> constants = new ArrayList<>();
        for (int i = growth.random.nextInt(3); i > 0; i--) {
            carries.add(growth.chance(10) ? growth.pick(DType.I32) : growth.pickFloating());
        }
        for (int i = growth.random.nextInt(carries.isEmpty() ? 1 : 0, 3); i > 0; i--) {
            sequences.add(sequence(growth, length));
        }
        for (int i = growth.random.nextInt(3); i > 0; i--) {
            constants.add(growth.pickAny());
        }
        List<Expr> inputs = new ArrayList<>();
        carries.forEach(carry -> inputs.add(Expr.input(carry.type())));
        sequences.forEach(sequence -> inputs.add(Expr.input(sequence.type()
                .with(sequence.shape()
                        .without(cotangent.dsl.Axes
                                .of(0))))));
        constants.forEach(constant -> inputs.add(Expr.input(constant.type())));
        inputs.forEach(step::add);
        for (int i = growth.random.nextInt(1, 7); i > 0; i--) {
            step.add(RandomGraphs.step(step).take(step));
        }
        List<Expr> results = new ArrayList<>();
        carries.forEach(carry -> results.add(next(step, carry)));
        for (int i = growth.random.nextInt(1, 4); i > 0; i--) {
            results.add(step.values()
                    .get(step.values().size() - 1 - step.random.nextInt(Math.min(5, step.values()
                            .size()))));
        }
        List<Expr> values = new ArrayList<>(carries);
        values.addAll(sequences);
        values.addAll(constants);
        // What a step drew for itself are values from outside, too.
        inputs.addAll(step.inputs());
        step.arguments().forEach(argument -> values.add(growth.input(argument)));
        Node loop = Node
                .of(new Op.Scan(Graph.of(inputs, results), carries.size(), sequences.size(), length, growth.chance(
                        30), growth.chance(25)), values);
        for (int i = 1; i < loop.types().size(); i++) {
            growth.add(loop.output(i));
        }
        return loop.output(0);
    }

    private static Expr sequence(Growth growth, int length) {
        Expr entry = growth.pickAny();
        Shape shape = entry.shape().insert(0, length);
        if (entry.rank() > 3 || !growth.isSmall(shape.size())) {
            return growth.input(new TensorType(growth.floating, Shape.of(length, 3)));
        }
        return growth.chance(50)
                ? growth.input(entry.type().with(shape))
                : entry.operation(new Op.Broadcast(shape, cotangent.dsl.Axes.range(1, shape.rank())));
    }

    /** The next value of a carry: something of its type, kept small where errors would grow from step to step. */
    private static Expr next(Growth step, Expr carry) {
        List<Expr> same = step.values().stream().filter(value -> value.type().equals(carry.type())).toList();
        Expr next = same.get(same.size() - 1 - step.random.nextInt(Math.min(3, same.size())));
        return carry.dtype().isFloating() && step.chance(70) ? next.times(0.5).tanh() : next;
    }
}
