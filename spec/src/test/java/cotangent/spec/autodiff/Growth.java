package cotangent.spec.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A function that is being traced: the values there are, and the dice. */
final class Growth {
    /** Small enough for Jacobians and Hessians by the oracle. */
    private static final int LARGEST = 36;

    private final Random random;
    private final List<Expr> values;

    Growth(Random random, List<Expr> inputs) {
        this.random = random;
        this.values = new ArrayList<>(inputs);
    }

    void grow(List<Step> steps) {
        Expr next = steps.get(random.nextInt(steps.size())).take(this);
        if (next.shape().size() <= LARGEST && next.shape().size() > 0 && next.rank() <= 4) {
            values.add(next);
        }
    }

    /** The last value, bent by everything before: every input counts, and no derivative vanishes. */
    Expr result() {
        Expr bend = values.stream().map(value -> value.sin().mean()).reduce(Expr::plus).orElseThrow();
        return values.getLast().plus(bend.times(0.25));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A value, a recent one rather than an old one. */
    Expr pick() {
        int back = Math.min(below(values.size()), below(values.size()));
        return values.get(values.size() - 1 - back);
    }

    /** A value of at least the given rank, reshaped if need be. */
    Expr pick(int rank) {
        Expr x = pick();
        while (x.rank() < rank) {
            x = x.expandDims(below(x.rank() + 1));
        }
        return x;
    }

    /** Another value of the shape, by reduction, slicing or repetition of one that is there. */
    Expr like(Expr x) {
        Expr other = pick();
        if (other.shape().equals(x.shape())) {
            return other;
        }
        int size = x.shape().size();
        if (other.shape().size() >= size) {
            return other.flatten().slice(0, 0, size).reshape(x.shape());
        }
        return other.mean().broadcastTo(x.shape());
    }

    /** A value of the shape from those that are there; two different positions of the result may share an element. */
    Expr shaped(int... extents) {
        Expr x = pick().flatten();
        int size = Shape.of(extents).size();
        int[] positions = IntStream.range(0, size).map(i -> i % x.shape().size()).toArray();
        return x.gather(0, Expr.of(Tensor.of(positions))).reshape(extents);
    }

    int axis(Expr x) {
        return below(x.rank());
    }

    /** {@code 0..count-1} in random order. */
    int[] permutation(int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        java.util.Collections.shuffle(order, random);
        return order.stream().mapToInt(i -> i).toArray();
    }

    /** Indices (I32) into an axis. */
    Expr indices(int count, int extent) {
        return Expr.of(Tensor.of(IntStream.range(0, count).map(ignored -> below(extent)).toArray()));
    }

    /** Truth values. */
    Expr mask(Shape shape) {
        boolean[] truths = new boolean[shape.size()];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = random.nextBoolean();
        }
        return Expr.of(Tensor.of(shape, truths));
    }
}
