package cotangent.examples.theory;

import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.linalg.dynamics.SquaredLoss;
import java.util.Arrays;

/**
 * What a network does in full-batch gradient descent on ½·Σ(f − y)².
 *
 * @param losses  before every step and after the last
 * @param outputs after some numbers of steps
 * @param params  after the last step
 */
record Descent(double[] losses, Tensor[] outputs, Params params) {
    /**
     * Trains a network.
     *
     * @param net   of parameters and inputs
     * @param rate  of every step
     * @param looks numbers of steps in ascending order, the last of which ends the training
     */
    static Descent of(Fn net, Params start, Tensor x, Tensor y, double rate, long... looks) {
        Fn half = SquaredLoss.HALF_SUM.fn();
        Fn loss = Fn.of("loss", (params, in, target) -> half.apply(net.apply(params, in), target));
        double[] losses = new double[(int) looks[looks.length - 1] + 1];
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Sgd.rate(rate)), Minibatches.of(x.shape().extent(0), x, y))
                .listener((state, value, seconds) -> losses[(int) state.step() - 1] = value);
        TrainingState state = trainer.start(start);
        Tensor[] outputs = new Tensor[looks.length];
        for (int i = 0; i < looks.length; i++) {
            if (looks[i] > state.step()) {
                trainer.run(state, looks[i] - state.step());
            }
            outputs[i] = (Tensor) net.apply(state.params(), x);
        }
        losses[losses.length - 1] = 0.5 * outputs[looks.length - 1].minus(y).square().sum().item();
        return new Descent(losses, outputs, (Params) state.params());
    }

    /** Numbers of steps from 0 to the last, evenly spread. */
    static long[] looks(int count, int steps) {
        long[] looks = new long[count];
        Arrays.setAll(looks, i -> (long) i * steps / (count - 1));
        return looks;
    }

    /** The losses at some numbers of steps. */
    double[] lossesAt(long... steps) {
        return Arrays.stream(steps).mapToDouble(step -> losses[(int) step]).toArray();
    }
}
