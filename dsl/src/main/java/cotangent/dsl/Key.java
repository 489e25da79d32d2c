package cotangent.dsl;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A source of random numbers that is a value: the same key gives the same numbers, always and everywhere.
 *
 * <p>Whoever needs several independent draws derives a key for each, with {@link #split}, {@link #fold} or
 * {@link #stream}, and draws from each once: the draws of one key share their bits. The numbers are Philox's (see
 * {@code cotangent.dsl.kernel.Philox}), those of probe 0 of the stream, and {@link cotangent.dsl.ir.Op.Random} gives the
 * same from {@link #toTensor}.
 *
 * @param seed   the generator's key
 * @param stream which of the seed's 2^64 streams
 */
public record Key(long seed, long stream) {
    /** Keeps the keys that {@link #fold} derives apart from the numbers drawn: those use the seed as it is. */
    private static final long DERIVATION = 0x636F74616E67656EL;

    /** The key for a seed, at stream 0. */
    public static Key of(long seed) {
        return new Key(seed, 0);
    }

    /** The key of the same seed at another stream. */
    public Key stream(long number) {
        return new Key(seed, number);
    }

    /**
     * The key derived from this one and a number. Distinct numbers give distinct keys, and so do distinct streams of one
     * seed, since Philox maps counters to blocks one to one.
     */
    public Key fold(long number) {
        long probe = number >>> 32;
        long word = 2 * (number & 0xFFFFFFFFL);
        return new Key(Philox.word(seed ^ DERIVATION, stream, probe, word),
                Philox.word(seed ^ DERIVATION, stream, probe,
                        word + 1));
    }

    /** {@code count} independent keys: {@code fold(0), fold(1), ...}. */
    public List<Key> split(int count) {
        return IntStream.range(0, count).mapToObj(this::fold).toList();
    }

    /** Numbers uniform on (0, 1), ends excluded. */
    public Tensor uniform(Shape shape, DType dtype) {
        return draw(Distribution.UNIFORM, shape, dtype);
    }

    /** Standard normal numbers. */
    public Tensor normal(Shape shape, DType dtype) {
        return draw(Distribution.NORMAL, shape, dtype);
    }

    /** Numbers -1 and 1 with equal probability. */
    public Tensor rademacher(Shape shape, DType dtype) {
        return draw(Distribution.RADEMACHER, shape, dtype);
    }

    /** F64 numbers uniform on (0, 1). */
    public Tensor uniform(int... extents) {
        return uniform(Shape.of(extents), DType.F64);
    }

    /** Standard normal F64 numbers. */
    public Tensor normal(int... extents) {
        return normal(Shape.of(extents), DType.F64);
    }

    /** F64 numbers -1 and 1 with equal probability. */
    public Tensor rademacher(int... extents) {
        return rademacher(Shape.of(extents), DType.F64);
    }

    /**
     * The numbers {@code 0, ..., count - 1} (I32) in random order (Durstenfeld 1964, Algorithm 235); its choices are even to
     * within {@code count / 2^64}.
     */
    public Tensor permutation(int count) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = (int) Math.unsignedMultiplyHigh(Philox.word(seed, stream, 0, i), i + 1L);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return Tensor.wrap(Shape.of(count), order);
    }

    private Tensor draw(Distribution distribution, Shape shape, DType dtype) {
        return switch (dtype) {
            case F64 -> {
                double[] numbers = new double[shape.size()];
                Philox.fill(distribution, seed, stream, 0, numbers, 0, 1, numbers.length, 0);
                yield Tensor.wrap(shape, numbers);
            }
            case F32 -> {
                float[] numbers = new float[shape.size()];
                Philox.fill(distribution, seed, stream, 0, numbers, 0, 1, numbers.length, 0);
                yield Tensor.wrap(shape, numbers);
            }
            case I32, BOOL -> throw new ShapeException("random numbers are f32 or f64, not " + dtype);
        };
    }

    /** The key as I32[4], for a function that takes it as an input: seed low, seed high, stream low, stream high. */
    public Tensor toTensor() {
        return Tensor.of((int) seed, (int) (seed >>> 32), (int) stream, (int) (stream >>> 32));
    }
}
