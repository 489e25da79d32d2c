package cotangent.spec.fuzz;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/** Tensors of random numbers, of several kinds: most are plain, some are built to hit edges. */
final class RandomTensors {
    private static final double[] EDGES = {0, -0.0, 1, -1, 0.5, 2, Float.MIN_VALUE, 1e-40, -1e-40, Float.MIN_NORMAL,
            Float.MAX_VALUE, -Float.MAX_VALUE, 88.5, -87.5, -103.9, 709.7, -745.1, Math.PI, 1e-8, 16777217,
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};

    private final SplittableRandom random;

    RandomTensors(SplittableRandom random) {
        this.random = random;
    }

    /** Elements of one kind, chosen at random: nine times in ten without infinities or NaN. */
    Tensor draw(TensorType type) {
        return switch (type.dtype()) {
            case F32, F64 -> fill(type, kind());
            case I32 -> fill(type, () -> random.nextInt(-4, 5));
            case BOOL -> fill(type, () -> random.nextInt(2));
        };
    }

    private DoubleSupplier kind() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> random::nextGaussian;
            case 8, 9, 10 -> () -> random.nextDouble(0.1, 2);
            case 11, 12, 13 -> () -> random.nextInt(-3, 4);
            case 14, 15 -> () -> random.nextInt(5) == 0 ? 0 : random.nextGaussian();
            case 16, 17 -> () -> random.nextGaussian() * Math.exp(random.nextDouble(-20, 20));
            case 18 -> () -> random.nextGaussian() * 30;
            default -> () -> random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextGaussian();
        };
    }

    /** Without a cast, which would run on the backend under test. */
    private static Tensor fill(TensorType type, DoubleSupplier numbers) {
        double[] elements = IntStream.range(0, type.size()).mapToDouble(ignored -> numbers.getAsDouble()).toArray();
        return switch (type.dtype()) {
            case F64 -> Tensor.wrap(type.shape(), elements);
            case F32 -> {
                float[] narrow = new float[elements.length];
                IntStream.range(0, narrow.length).forEach(i -> narrow[i] = (float) elements[i]);
                yield Tensor.wrap(type.shape(), narrow);
            }
            case I32 -> Tensor.wrap(type.shape(), IntStream.range(0, elements.length)
                    .map(i -> (int) elements[i])
                    .toArray());
            case BOOL -> {
                boolean[] truths = new boolean[elements.length];
                IntStream.range(0, truths.length).forEach(i -> truths[i] = elements[i] != 0);
                yield Tensor.wrap(type.shape(), truths);
            }
        };
    }

    /** Indices into an axis of the given extent, which is not zero unless there are none. */
    Tensor indices(TensorType type, int extent) {
        return fill(type.with(DType.I32), () -> random.nextInt(extent));
    }

    /** Standard normal numbers, for tangents and cotangents. */
    Tensor normal(TensorType type) {
        return fill(type, random::nextGaussian);
    }

    /** Words of random keys. */
    Tensor keys(TensorType type) {
        return fill(type, random::nextInt);
    }
}
