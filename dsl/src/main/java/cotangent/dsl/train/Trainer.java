package cotangent.dsl.train;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.WorkInterruptedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop: minibatch after minibatch through a training step.
 *
 * <p>Update number t, from 0, takes batch t, so that a run continued from a state or a checkpoint gives the same bits as one
 * that was never stopped. Between steps it looks whether the thread was interrupted. Immutable: the methods that choose
 * something give a changed copy.
 */
public final class Trainer {
    private static final double NANOS = 1e-9;

    private final TrainingStep step;
    private final Minibatches batches;
    private final TrainingListener listener;
    private final StopRule stop;

    private Trainer(TrainingStep step, Minibatches batches, TrainingListener listener, StopRule stop) {
        this.step = step;
        this.batches = batches;
        this.listener = listener;
        this.stop = stop;
    }

    /**
     * A trainer.
     *
     * @param step    whose loss takes the parameters and one batch
     * @param batches the data; rows are gathered within the compiled step
     */
    public static Trainer of(TrainingStep step, Minibatches batches) {
        TrainingStep gathering = batches.whole() ? step : step.with(batches.gathered(step.loss()));
        return new Trainer(gathering, batches, TrainingListener.NONE, (state, loss) -> false);
    }

    /** The same with one more listener. */
    public Trainer listener(TrainingListener added) {
        return new Trainer(step, batches, listener == TrainingListener.NONE ? added : listener.and(added), stop);
    }

    /** The same with a rule that ends a run early. */
    public Trainer until(StopRule rule) {
        return new Trainer(step, batches, listener, rule);
    }

    /** The same with a checkpoint written after every so many steps, each over the one before it. */
    public Trainer checkpoints(Path path, long every) {
        Hyperparameters.requirePositive("checkpoints: every", (double) every);
        return listener((state, loss, seconds) -> {
            if (state.step() % every == 0) {
                save(state, path);
            }
        });
    }

    /** A run at its beginning; the parameters are copied. */
    public TrainingState start(Tree params) {
        return step.start(params);
    }

    /** Writes where a run stands, with the seed of the batches; see {@link Checkpoint#write}. */
    public void save(TrainingState state, Path path) {
        Checkpoint.of(state, batches.seed()).write(path);
    }

    /**
     * A run that stands where a checkpoint does.
     *
     * @param like parameters of the model's structure; their values do not matter
     * @throws InvalidDataException if the file is damaged, is not a checkpoint of such parameters and this optimizer, or
     *                              has the batches in another order
     */
    public TrainingState resume(Path path, Tree like) {
        Checkpoint checkpoint = Checkpoint.read(path, like, step.optimizer());
        if (checkpoint.seed() != batches.seed()) {
            throw new InvalidDataException(
                    "%s: expected batches with seed %d, as this trainer's, got seed %d".formatted(
                            path, batches.seed(), checkpoint.seed()));
        }
        return checkpoint.state();
    }

    /**
     * Makes further steps.
     *
     * @param state advanced
     * @param steps how many, at most; fewer where the rule of {@link #until} says so
     * @return the loss of the last step's batch, before that step; NaN where no step was made
     * @throws NonFiniteLossException       if a loss is NaN or infinite; the state is the one before that step
     * @throws TrainingInterruptedException if the thread was interrupted; the state is the one after the last whole step
     */
    public double run(TrainingState state, long steps) {
        long started = System.nanoTime();
        Tree[] arguments = arguments(state.step());
        double loss = Double.NaN;
        listener.started(state);
        for (long made = 0; made < steps; made++) {
            loss = step(state, arguments);
            listener.stepped(state, loss, NANOS * (double) (System.nanoTime() - started));
            if (stop.stops(state, loss)) {
                break;
            }
        }
        return loss;
    }

    /** Makes the further steps of so many epochs; see {@link #run}. */
    public double runEpochs(TrainingState state, long epochs) {
        return run(state, Math.multiplyExact(epochs, (long) batches.perEpoch()));
    }

    /** The data and, where they are not taken as a whole, the rows of a batch. */
    private Tree[] arguments(long batch) {
        List<Tree> arguments = new ArrayList<>(batches.data());
        if (!batches.whole()) {
            arguments.add(batches.indices(batch));
        }
        return arguments.toArray(Tree[]::new);
    }

    private double step(TrainingState state, Tree... arguments) {
        if (Thread.currentThread().isInterrupted()) {
            throw new TrainingInterruptedException(state.step());
        }
        if (!batches.whole()) {
            arguments[arguments.length - 1] = indices(state.step(), arguments[arguments.length - 1]);
        }
        try {
            return step.run(state, arguments);
        } catch (WorkInterruptedException interrupted) {
            TrainingInterruptedException cancelled = new TrainingInterruptedException(state.step());
            cancelled.initCause(interrupted);
            throw cancelled;
        }
    }

    /** The batch's rows, in the tensor of the batch before where it has the right size. */
    private Tensor indices(long batch, Tree before) {
        if (before instanceof Tensor tensor && tensor.shape().size() == batches.size(batch)) {
            batches.indices(batch, tensor);
            return tensor;
        }
        return batches.indices(batch);
    }

    @Override
    public String toString() {
        return step + ", " + batches;
    }
}
