package cotangent.spec.fuzz;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A graph that is growing: the values there are, the inputs drawn for it, and the dice. */
final class Growth {
    /** Around the lane counts of 128, 256 and 512 bits, and the sizes that loops forget. */
    private static final int[] EXTENTS = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33};
    private static final int LARGEST = 2000;

    final SplittableRandom random;
    final RandomTensors tensors;
    final DType floating;
    private final List<Expr> values = new ArrayList<>();
    private final List<Expr> inputs = new ArrayList<>();
    private final List<Tensor> arguments = new ArrayList<>();

    Growth(SplittableRandom random) {
        this(random, random.nextBoolean() ? DType.F32 : DType.F64);
    }

    private Growth(SplittableRandom random, DType floating) {
        this.random = random;
        this.tensors = new RandomTensors(random);
        this.floating = floating;
    }

    /** A graph inside this one, with values and inputs of its own. */
    Growth inside() {
        return new Growth(random, floating);
    }

    List<Expr> values() {
        return values;
    }

    List<Expr> inputs() {
        return inputs;
    }

    List<Tensor> arguments() {
        return arguments;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Keeps a value for later steps to build on. */
    void add(Expr value) {
        values.add(value);
    }

    /** An extent; now and then zero. */
    int extent() {
        return random.nextInt(40) == 0 ? 0 : EXTENTS[random.nextInt(EXTENTS.length)];
    }

    /** A shape of rank 0 to 4 and bounded size. */
    Shape shape() {
        int[] extents = IntStream.range(0, random.nextInt(5)).map(ignored -> extent()).toArray();
        return bounded(extents);
    }

    /** The shape, with its largest extents halved until it is small enough. */
    private static Shape bounded(int[] extents) {
        while (java.util.Arrays.stream(extents).asLongStream().reduce(1, (a, b) -> a * b) > LARGEST) {
            int largest = IntStream.range(0, extents.length).reduce(0, (a, b) -> extents[b] > extents[a] ? b : a);
            extents[largest] = (extents[largest] + 1) / 2;
        }
        return Shape.of(extents);
    }

    boolean isSmall(long size) {
        return size <= LARGEST;
    }

    /** A new input of the graph with random elements. */
    Expr input(TensorType type) {
        return input(tensors.draw(type));
    }

    /** A new input of the graph for the tensor; one time in eight a constant instead. */
    Expr input(Tensor tensor) {
        if (chance(12)) {
            return Expr.of(tensor);
        }
        Expr input = Expr.input(tensor.type());
        inputs.add(input);
        arguments.add(tensor);
        return input;
    }

    /** A value of the dtype that is there, a recent one rather than an old one; else a new input. */
    Expr pick(DType dtype) {
        List<Expr> fitting = values.stream().filter(value -> value.dtype() == dtype).toList();
        if (fitting.isEmpty() || chance(5)) {
            return input(new TensorType(dtype, shape()));
        }
        int back = Math.min(random.nextInt(fitting.size()), random.nextInt(fitting.size()));
        return fitting.get(fitting.size() - 1 - back);
    }

    /** A numeric value: mostly of the graph's own floating-point type. */
    Expr pickNumeric() {
        return pick(random.nextInt(6) == 0 ? DType.I32 : floatingType());
    }

    Expr pickFloating() {
        return pick(floatingType());
    }

    private DType floatingType() {
        boolean other = values.stream().anyMatch(value -> value.dtype().isFloating() && value.dtype() != floating);
        if (other && chance(15)) {
            return floating == DType.F32 ? DType.F64 : DType.F32;
        }
        return floating;
    }

    /** A value of any dtype. */
    Expr pickAny() {
        return values.isEmpty() ? pickFloating() : values.get(random.nextInt(values.size()));
    }

    /** A value of the given type: one that is there, or a broadcast of a smaller one, or a new input. */
    Expr like(TensorType type) {
        List<Expr> same = values.stream().filter(value -> value.type().equals(type)).toList();
        if (!same.isEmpty() && chance(50)) {
            return same.get(random.nextInt(same.size()));
        }
        if (type.rank() > 0 && chance(40)) {
            Shape narrow = type.shape();
            for (int axis = 0; axis < type.rank(); axis++) {
                narrow = chance(50) ? narrow.with(axis, Math.min(1, narrow.extent(axis))) : narrow;
            }
            return input(type.with(narrow)).broadcastTo(type.shape());
        }
        return input(type);
    }

    int axis(Expr x) {
        return random.nextInt(x.rank());
    }

    /** Each of {@code 0..rank-1} with even chance, ascending. */
    int[] someAxes(int rank) {
        return IntStream.range(0, rank).filter(ignored -> random.nextBoolean()).toArray();
    }

    /** {@code 0..count-1} in random order. */
    int[] permutation(int count) {
        int[] result = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = result[i];
            result[i] = result[j];
            result[j] = swapped;
        }
        return result;
    }
}
