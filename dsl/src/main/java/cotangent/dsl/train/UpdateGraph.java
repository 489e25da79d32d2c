package cotangent.dsl.train;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Fn.Traced;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A training step as a graph: (parameters, slots..., coefficients..., batch...) to (loss, parameters, slots...), every
 * input and output by its leaves.
 */
final class UpdateGraph {
    private static final double NORM_OFFSET = 1e-6;

    private final Fn loss;
    private final Optimizer optimizer;
    private final double largestNorm;

    UpdateGraph(Fn loss, Optimizer optimizer, double largestNorm) {
        this.loss = loss;
        this.optimizer = optimizer;
        this.largestNorm = largestNorm;
    }

    Traced trace(Structure params, List<Structure> batch) {
        DType dtype = TrainingStep.dtype(params);
        int slots = optimizer.slots().size();
        List<Structure> inputs = new ArrayList<>(Collections.nCopies(1 + slots, params));
        inputs.addAll(Collections.nCopies(optimizer.coefficientCount(), scalar(dtype)));
        inputs.addAll(batch);
        return Fn.of(loss.name() + ".step", inputs.size(), this::step).trace(inputs);
    }

    private static Structure scalar(DType dtype) {
        return new Structure.Leaf(TensorType.of(dtype));
    }

    private Expr step(List<Expr> in) {
        int slots = optimizer.slots().size();
        int batchFrom = 1 + slots + optimizer.coefficientCount();
        List<Expr> arguments = new ArrayList<>(in.subList(batchFrom, in.size()));
        arguments.addFirst(in.getFirst());
        Expr valueAndGradient = loss.valueAndGrad().apply(arguments.toArray(Expr[]::new));
        requireDType(valueAndGradient.get(0), in.getFirst());
        List<Expr> gradients = clipped(valueAndGradient.get(1).leaves());
        return Expr.tuple(results(valueAndGradient.get(0), in.subList(0, 1 + slots), gradients, in.subList(1 + slots,
                batchFrom)).toArray(Expr[]::new));
    }

    private void requireDType(Expr value, Expr params) {
        if (value.dtype() != params.leaves().getFirst().dtype()) {
            throw new ShapeException("training: expected the loss %s in the parameters' dtype, got %s of %s".formatted(
                    loss.name(), value.type(), params.structure()));
        }
    }

    /** Loss, parameters, slot after slot. */
    private List<Expr> results(Expr value, List<Expr> trees, List<Expr> gradients, List<Expr> coefficients) {
        List<List<Expr>> columns = new ArrayList<>();
        trees.forEach(ignored -> columns.add(new ArrayList<>()));
        for (int leaf = 0; leaf < gradients.size(); leaf++) {
            int position = leaf;
            List<Expr> slots = trees.subList(1, trees.size())
                    .stream()
                    .map(tree -> tree.leaves().get(position))
                    .toList();
            Optimizer.Update update = optimizer.update(trees.getFirst().leaves().get(leaf), gradients.get(leaf), slots,
                    coefficients);
            columns.getFirst().add(update.parameter());
            for (int slot = 0; slot < slots.size(); slot++) {
                columns.get(1 + slot).add(update.slots().get(slot));
            }
        }
        List<Expr> results = new ArrayList<>(List.of(value));
        columns.forEach(results::addAll);
        return results;
    }

    private List<Expr> clipped(List<Expr> gradients) {
        if (largestNorm == Double.POSITIVE_INFINITY) {
            return gradients;
        }
        Expr norm = gradients.stream()
                .map(gradient -> gradient.cast(DType.F64).square().sum())
                .reduce(Expr::plus)
                .orElseThrow()
                .sqrt();
        Expr factor = norm.plus(NORM_OFFSET).reciprocal().times(largestNorm).atMost(1);
        Expr narrow = factor.cast(gradients.getFirst().dtype());
        return gradients.stream().map(gradient -> gradient.times(narrow)).toList();
    }
}
