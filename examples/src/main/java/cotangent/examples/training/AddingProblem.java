package cotangent.examples.training;

import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;

/**
 * The adding problem (S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9, 1997, experiment 4): a
 * sequence of uniform numbers, two of which are marked, one in each half; the target is their sum. To say 1 always has a mean squared
 * error of 1/6.
 *
 * @param inputs  samples first, [N, T, 2]: the numbers and the marks
 * @param targets [N, 1], from 0 to 2
 */
record AddingProblem(Tensor inputs, Tensor targets) {
    /** Half the mean squared error of a constant 1: the variance of a sum of two uniform numbers is 1/6. */
    static final double CONSTANT_LOSS = 1.0 / 12;

    /**
     * Random sequences.
     *
     * @param length T, at least 2
     */
    static AddingProblem of(Key key, int samples, int length) {
        double[] numbers = key.fold(0).uniform(samples, length).toDoubles();
        double[] places = key.fold(1).uniform(samples, 2).toDoubles();
        double[] inputs = new double[2 * numbers.length];
        double[] targets = new double[samples];
        int half = length / 2;
        for (int sample = 0; sample < samples; sample++) {
            int first = (int) (places[2 * sample] * half);
            int second = half + (int) (places[2 * sample + 1] * (length - half));
            for (int t = 0; t < length; t++) {
                int at = sample * length + t;
                boolean marked = t == first || t == second;
                inputs[2 * at] = numbers[at];
                inputs[2 * at + 1] = marked ? 1 : 0;
                targets[sample] += marked ? numbers[at] : 0;
            }
        }
        return new AddingProblem(Tensor.wrap(Shape.of(samples, length, 2), inputs), Tensor.wrap(Shape.of(samples, 1),
                targets));
    }

    /** The first sequences. */
    AddingProblem take(int count) {
        return new AddingProblem(inputs.slice(0, 0, count), targets.slice(0, 0, count));
    }
}
