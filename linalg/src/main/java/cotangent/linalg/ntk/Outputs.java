package cotangent.linalg.ntk;

import cotangent.dsl.Expr;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Arrays;

/** Which of a model's outputs, along the last axis of [N, C], a kernel is over. */
public sealed interface Outputs {
    /** All outputs of all samples: a kernel of size N·C. */
    static Outputs all() {
        return new All();
    }

    /** The sum over the outputs of each sample: a kernel of size N, Σ_{c,c'} K^{cc'}. */
    static Outputs sum() {
        return new Sum();
    }

    /**
     * Some of the outputs: a kernel of size N·(how many).
     *
     * @param chosen positions along the last axis, from 0
     */
    static Outputs of(int... chosen) {
        return new Chosen(Tensor.of(chosen));
    }

    /** The chosen part of a model's output. */
    Expr select(Expr output);

    /** All outputs. */
    record All() implements Outputs {
        @Override
        public Expr select(Expr output) {
            return output;
        }

        @Override
        public String toString() {
            return "all";
        }
    }

    /** The sum of the outputs; of a model with one output per sample and no axis for it, that output. */
    record Sum() implements Outputs {
        @Override
        public Expr select(Expr output) {
            return output.rank() < 2 ? output : output.sum(-1);
        }

        @Override
        public String toString() {
            return "sum";
        }
    }

    /**
     * Chosen outputs.
     *
     * @param positions I32, along the last axis
     */
    record Chosen(Tensor positions) implements Outputs {
        @Override
        public Expr select(Expr output) {
            if (output.rank() < 2) {
                throw new ShapeException("outputs: expected a model whose output is [N, C], got " + output.shape());
            }
            int count = output.shape().extent(-1);
            int[] chosen = positions.toInts();
            if (chosen.length == 0 || Arrays.stream(chosen).anyMatch(c -> c < 0 || c >= count)) {
                throw new ShapeException("outputs: expected positions from 0 to %d of output %s, got %s".formatted(count
                        - 1, output.shape(), Arrays.toString(chosen)));
            }
            return output.gather(-1, Expr.of(positions));
        }

        @Override
        public String toString() {
            return Arrays.toString(positions.toInts());
        }
    }
}
