package cotangent.dsl.train;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training step for one structure of parameters and batch. The arguments of the latest call are kept, so that the next
 * one of the same run writes only what is new into them.
 */
final class CompiledStep {
    private final Executable executable;
    private final Optimizer optimizer;
    private final Structure params;
    private final List<String> slots;
    private final List<Structure> batch;
    private final DType dtype;
    private @Nullable Arguments kept;

    private CompiledStep(Executable executable, Optimizer optimizer, TrainingState state, List<Structure> batch) {
        this.executable = executable;
        this.optimizer = optimizer;
        this.params = state.structure();
        this.slots = state.slots();
        this.batch = batch;
        this.dtype = TrainingStep.dtype(params);
    }

    /** The step for states and batches like these. */
    static CompiledStep of(Fn loss, Optimizer optimizer, double largestNorm, TrainingState state,
            List<Structure> batch) {
        Fn.Traced traced = new UpdateGraph(loss, optimizer, largestNorm).trace(state.structure(), batch);
        return new CompiledStep(loss.backend().compile(traced.graph()), optimizer, state, batch);
    }

    /** Whether a state is of the kind that this was compiled for, and the trees are a batch for it. */
    boolean fits(TrainingState state, Tree... trees) {
        // Comparing by value makes garbage, so that it comes second.
        boolean known = state.structure() == params && state.slots() == slots;
        if (trees.length != batch.size() || !(known || (state.slots().equals(slots) && state.structure()
                .equals(
                        params)))) {
            return false;
        }
        for (int i = 0; i < trees.length; i++) {
            if (!fits(batch.get(i), trees[i])) {
                return false;
            }
        }
        return true;
    }

    /** Without a structure of its own for a tensor, which would be garbage at every step. */
    private static boolean fits(Structure structure, Tree tree) {
        return tree instanceof Tensor tensor
                ? structure instanceof Structure.Leaf leaf && leaf.type().equals(tensor.type())
                : structure.equals(tree.structure());
    }

    double run(TrainingState state, Tree... trees) {
        Arguments arguments = take(state);
        arguments.set(state, trees);
        executable.runInto(arguments.inputs, arguments.results);
        double loss = arguments.loss();
        long step = state.step();
        keep(arguments);
        if (!Double.isFinite(loss)) {
            throw new NonFiniteLossException(step, loss);
        }
        state.advance();
        return loss;
    }

    private synchronized Arguments take(TrainingState state) {
        Arguments arguments = kept;
        kept = null;
        return arguments != null && arguments.state == state ? arguments : new Arguments(state);
    }

    private synchronized void keep(Arguments arguments) {
        kept = arguments;
    }

    String explain() {
        return executable.explain();
    }

    /** Inputs and results of a run's steps. */
    private final class Arguments {
        private final TrainingState state;
        private final List<Tensor> inputs = new ArrayList<>();
        private final List<Tensor> results = new ArrayList<>();
        private final double[] coefficients = new double[optimizer.coefficientCount()];
        private final Tensor loss = Tensor.zeros(dtype);

        Arguments(TrainingState state) {
            this.state = state;
            inputs.addAll(state.current());
            for (int i = 0; i < coefficients.length; i++) {
                inputs.add(Tensor.zeros(dtype));
            }
            results.add(loss);
            results.addAll(state.spare());
        }

        void set(TrainingState from, Tree... trees) {
            int count = from.current().size();
            for (int i = 0; i < count; i++) {
                inputs.set(i, from.current().get(i));
                results.set(i + 1, from.spare().get(i));
            }
            optimizer.coefficients(from.step(), coefficients);
            for (int i = 0; i < coefficients.length; i++) {
                write(inputs.get(count + i), coefficients[i]);
            }
            int next = count + coefficients.length;
            for (Tree tree : trees) {
                next = put(tree, next);
            }
        }

        private int put(Tree tree, int at) {
            if (tree instanceof Tensor tensor) {
                return put(tensor, at);
            }
            int next = at;
            for (Tensor leaf : tree.leaves()) {
                next = put(leaf, next);
            }
            return next;
        }

        private int put(Tensor tensor, int at) {
            if (at < inputs.size()) {
                inputs.set(at, tensor);
            } else {
                inputs.add(tensor);
            }
            return at + 1;
        }

        /** The scalar is this object's own, which nobody else reads. */
        private void write(Tensor scalar, double value) {
            if (dtype == DType.F32) {
                Storage.floats(scalar)[0] = (float) value;
            } else {
                Storage.doubles(scalar)[0] = value;
            }
        }

        double loss() {
            return dtype == DType.F32 ? Storage.floats(loss)[0] : Storage.doubles(loss)[0];
        }
    }
}
