package cotangent.dsl.train;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One step of training as one compiled graph: loss, gradient, clipping and the optimizer's update.
 *
 * <p>A graph is compiled for each structure of the batch, so that a smaller last batch has one of its own; learning rates
 * and step numbers are inputs. A step writes into arrays that are there already and allocates nothing. The result does not
 * depend on the number of threads. Immutable: the methods that choose something give a changed copy.
 */
public final class TrainingStep {
    private final Fn loss;
    private final Optimizer optimizer;
    private final double largestNorm;
    private final Map<List<Structure>, CompiledStep> compiled = new ConcurrentHashMap<>();
    private volatile @Nullable CompiledStep latest;

    private TrainingStep(Fn loss, Optimizer optimizer, double largestNorm) {
        this.loss = loss;
        this.optimizer = optimizer;
        this.largestNorm = largestNorm;
    }

    /**
     * A step that lowers a loss.
     *
     * @param loss of (parameters, batch...) to a scalar of the parameters' dtype; parameters are F32 or F64, not both
     */
    public static TrainingStep of(Fn loss, Optimizer optimizer) {
        return new TrainingStep(loss, optimizer, Double.POSITIVE_INFINITY);
    }

    /**
     * The same with gradients clipped by their global norm (R. Pascanu, T. Mikolov and Y. Bengio, ICML 2013, Algorithm 1):
     * multiplied by {@code min(1, largest / (norm + 1e-6))}, as PyTorch does it. The norm is that of all parameters'
     * gradients together, its squares added in float64.
     *
     * @throws CotangentException if the number is not above 0
     */
    public TrainingStep clipGlobalNorm(double largest) {
        Hyperparameters.requirePositive("clipGlobalNorm", largest);
        return new TrainingStep(loss, optimizer, largest);
    }

    /** The same step for another loss. */
    public TrainingStep with(Fn otherLoss) {
        return new TrainingStep(otherLoss, optimizer, largestNorm);
    }

    /** The function that is made smaller. */
    public Fn loss() {
        return loss;
    }

    /** The method of descent. */
    public Optimizer optimizer() {
        return optimizer;
    }

    /**
     * A run at its beginning.
     *
     * @param params copied
     * @throws ShapeException if they are not all F32 or all F64
     */
    public TrainingState start(Tree params) {
        dtype(params.structure());
        return TrainingState.start(params, optimizer.slots());
    }

    static DType dtype(Structure params) {
        List<DType> dtypes = params.types().stream().map(TensorType::dtype).distinct().toList();
        if (dtypes.size() != 1 || !dtypes.getFirst().isFloating()) {
            throw new ShapeException("training: expected parameters all f32 or all f64, got " + params);
        }
        return dtypes.getFirst();
    }

    /**
     * Makes one step.
     *
     * @param state advanced by one
     * @param batch the loss's inputs after the parameters
     * @return the loss before the step, of the parameters that it began with
     * @throws NonFiniteLossException if the loss is NaN or infinite; the state is as before
     * @throws ShapeException         if number, structures, shapes or dtypes do not fit the loss, or the state is that of
     *                                another optimizer
     */
    public double run(TrainingState state, Tree... batch) {
        CompiledStep ready = latest;
        if (ready == null || !ready.fits(state, batch)) {
            ready = compile(state, batch);
            latest = ready;
        }
        return ready.run(state, batch);
    }

    private CompiledStep compile(TrainingState state, Tree... batch) {
        if (!state.slots().equals(optimizer.slots())) {
            throw new ShapeException(
                    "training: expected a state with the optimizer's slots %s, got %s; begin with start"
                            .formatted(optimizer.slots(), state.slots()));
        }
        List<Structure> structures = Arrays.stream(batch).map(Tree::structure).toList();
        List<Structure> key = new ArrayList<>(structures);
        key.addFirst(state.structure());
        return compiled.computeIfAbsent(List.copyOf(key), ignored -> CompiledStep.of(loss, optimizer, largestNorm,
                state, structures));
    }

    /** What the backend will do in a step, as text. */
    public String explain(TrainingState state, Tree... batch) {
        return compile(state, batch).explain();
    }

    @Override
    public String toString() {
        String clipping = largestNorm < Double.POSITIVE_INFINITY ? ", gradients clipped to norm " + largestNorm : "";
        return "training step of %s by %s%s".formatted(loss.name(), optimizer, clipping);
    }
}
