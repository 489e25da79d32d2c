package cotangent.examples.curvature;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Adam;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Optimizer;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.DataSets;
import cotangent.examples.experiment.MnistFiles;
import cotangent.linalg.dynamics.OutputLoss;
import cotangent.linalg.operator.HessianOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** DigitClassifier of 7 x 7 pixels, a network for them and its cross-entropy; the options that choose them. */
final class DigitClassifier {
    static final int CLASSES = 10;
    private static final int PIXELS = 49;

    @Option(names = "--samples", paramLabel = "N", description = "DigitClassifier (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--hidden", paramLabel = "N", split = ",", description = "Widths of the hidden layers, tanh (default: ${DEFAULT-VALUE}).")
    private int[] hidden;

    @Mixin
    private MnistFiles mnist = new MnistFiles();

    @Option(names = "--seed", paramLabel = "N", description = "Of the network (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** Options with the defaults of an experiment. */
    DigitClassifier(int samples, int... hidden) {
        this.samples = samples;
        this.hidden = hidden.clone();
    }

    int samples() {
        return samples;
    }

    long seed() {
        return seed;
    }

    Mlp mlp() {
        if (hidden.length == 0 || Arrays.stream(hidden).anyMatch(width -> width < 1)) {
            throw new InvalidDataException("--hidden: expected positive widths such as 32,32, got " + Arrays.toString(
                    hidden));
        }
        int[] widths = new int[hidden.length + 2];
        widths[0] = PIXELS;
        System.arraycopy(hidden, 0, widths, 1, hidden.length);
        widths[widths.length - 1] = CLASSES;
        return Nn.mlp(widths);
    }

    /** The first digits, as many as wanted in all. */
    DataSet data(int count) {
        return DataSets.load("mnist7x7", mnist.directory(), count, DType.F64);
    }

    /** The network with its data and loss. */
    Problem problem() {
        DataSet digits = data(samples);
        Mlp mlp = mlp();
        return new Problem(mlp, OutputLoss.softmaxCrossEntropy().of(mlp.fn(), 1), mlp.init(Key.of(seed)), digits
                .inputs(), digits.labels());
    }

    /**
     * A network at its beginning, and what it is to learn.
     *
     * @param loss   of (parameters, inputs, labels)
     * @param start  its first parameters
     * @param labels I32 [N]
     */
    record Problem(Mlp mlp, Fn loss, Params start, Tensor x, Tensor labels) {
        /** Such as 49-32-32-10. */
        String architecture() {
            return String.join("-", Arrays.stream(mlp.widths()).mapToObj(Integer::toString).toList());
        }

        LinearOperator hessian(Params params) {
            return HessianOperator.of(loss, params, x, labels);
        }

        /** Training on all digits at once. */
        Trainer trainer(Optimizer optimizer) {
            return Trainer.of(TrainingStep.of(loss, optimizer), Minibatches.of(labels.shape().size(), x, labels));
        }

        /** The parameters after some steps of Adam. */
        Params trained(int steps) {
            Trainer trainer = trainer(Adam.rate(0.01));
            TrainingState state = trainer.start(start);
            trainer.run(state, steps);
            return (Params) state.params();
        }

        /** The share of digits that are told right. */
        double accuracy(Params params) {
            int[] found = ((Tensor) mlp.fn().apply(params, x)).argmax(-1).toInts();
            int[] right = labels.toInts();
            long hits = 0;
            for (int i = 0; i < right.length; i++) {
                hits += found[i] == right[i] ? 1 : 0;
            }
            return (double) hits / right.length;
        }
    }
}
