package cotangent.dsl.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ir.Distribution;

/**
 * Random numbers from a counter: element {@code e} of probe {@code p} of a stream is a function of (seed, stream, p, e)
 * and of nothing else, so that any part of any probe can be made anywhere, in any order.
 *
 * <p>The generator is Philox 4x32 with 10 rounds: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1,
 * 2, 3, SC'11 (2011), section 3.3. Its 128-bit counter and 64-bit key are laid out as
 *
 * <pre>
 * counter word 0   number of the block of 128 bits within the probe
 * counter word 1   probe
 * counter words 2, 3   stream, low word first
 * key words 0, 1       seed, low word first
 * </pre>
 *
 * <p>The blocks of a probe are one long sequence of bits, each word from its lowest bit. 64-bit word {@code e} of the
 * sequence gives element {@code e} of the continuous distributions: its upper 52 bits k make the uniform number
 * {@code (k + 1/2) / 2^52}, which is exact in double precision and never 0, 1/2 or 1, and the normal number is the normal
 * quantile of that. Bit {@code e} gives element {@code e} of a Rademacher probe, 1 for a set bit. Float32 numbers are the
 * rounded float64 ones, but for uniform ones that would round to 1, which become the largest float below.
 *
 * <p>A probe holds 2^33 continuous or 2^39 Rademacher elements.
 */
public final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final long WEYL_0 = 0x9E3779B9L;
    private static final long WEYL_1 = 0xBB67AE85L;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    /** Blocks made together: the rounds run over arrays of this length, which the JIT compiler turns into vectors. */
    private static final int BATCH = 64;
    private static final float BELOW_ONE = Math.nextDown(1f);

    private final long seed;
    private final long stream;
    private long probe;
    private final long[] words0;
    private final long[] words1;
    private final long[] words2;
    private final long[] words3;

    private Philox(long seed, long stream, long probe, int batch) {
        this.seed = seed;
        this.stream = stream;
        this.probe = probe;
        words0 = new long[batch];
        words1 = new long[batch];
        words2 = new long[batch];
        words3 = new long[batch];
    }

    /**
     * Elements {@code firstElement, firstElement + 1, ...} of a probe, written to every {@code stride}-th place of an
     * array.
     *
     * @param probe        from 0 to 2^32 - 1
     * @param offset       where the first element goes
     * @param stride       distance between elements in the array
     * @param count        number of elements
     * @param firstElement number of the first element within the probe
     * @throws InvalidDataException if probe or element are outside the counter's range
     */
    public static void fill(Distribution distribution, long seed, long stream, long probe, double[] out, int offset,
            int stride, int count, long firstElement) {
        new Chunk(distribution, seed, stream, probe, count, firstElement).fill(out, offset, stride);
    }

    /** As {@link #fill(Distribution, long, long, long, double[], int, int, int, long)}, rounded to float32. */
    public static void fill(Distribution distribution, long seed, long stream, long probe, float[] out, int offset,
            int stride, int count, long firstElement) {
        new Chunk(distribution, seed, stream, probe, count, firstElement).fill(out, offset, stride);
    }

    /**
     * Consecutive probes, each from its first element, as the columns of a row-major matrix: as many as it has columns.
     *
     * @param probe the first of them
     * @param out   [count, columns]
     * @throws InvalidDataException if a probe or element is outside the counter's range
     */
    public static void fillColumns(Distribution distribution, long seed, long stream, long probe, double[] out,
            int columns, int count) {
        if (columns > 0) {
            Chunk chunk = new Chunk(distribution, seed, stream, probe, count, 0);
            for (int j = 0; j < columns; j++) {
                chunk.restart(probe + j, count);
                chunk.fill(out, j, columns);
            }
        }
    }

    /** As {@link #fillColumns(Distribution, long, long, long, double[], int, int)}, rounded to float32. */
    public static void fillColumns(Distribution distribution, long seed, long stream, long probe, float[] out,
            int columns, int count) {
        if (columns > 0) {
            Chunk chunk = new Chunk(distribution, seed, stream, probe, count, 0);
            for (int j = 0; j < columns; j++) {
                chunk.restart(probe + j, count);
                chunk.fill(out, j, columns);
            }
        }
    }

    /**
     * The first elements of probe 0 of the stream that a {@link cotangent.dsl.Key} tensor names: what a backend runs for
     * {@link cotangent.dsl.ir.Op.Random}.
     *
     * @param key       four words: seed low, seed high, stream low, stream high
     * @param keyOffset where they start
     */
    public static void fillFromKey(Distribution distribution, int[] key, int keyOffset, double[] out, int offset,
            int count) {
        fill(distribution, pair(key, keyOffset), pair(key, keyOffset + 2), 0, out, offset, 1, count, 0);
    }

    /** As {@link #fillFromKey(Distribution, int[], int, double[], int, int)}, rounded to float32. */
    public static void fillFromKey(Distribution distribution, int[] key, int keyOffset, float[] out, int offset,
            int count) {
        fill(distribution, pair(key, keyOffset), pair(key, keyOffset + 2), 0, out, offset, 1, count, 0);
    }

    /**
     * A probe uniform on the sphere of radius {@code sqrt(count)}: the normal probe of the same seed, stream and number,
     * scaled to that length (its squares are added in order, in float64).
     */
    public static void sphere(long seed, long stream, long probe, double[] out, int offset, int stride, int count) {
        fill(Distribution.NORMAL, seed, stream, probe, out, offset, stride, count, 0);
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double value = out[offset + i * stride];
            squares += value * value;
        }
        double scale = Math.sqrt(count / squares);
        for (int i = 0; i < count; i++) {
            out[offset + i * stride] *= scale;
        }
    }

    /** As {@link #sphere(long, long, long, double[], int, int, int)}, rounded to float32. */
    public static void sphere(long seed, long stream, long probe, float[] out, int offset, int stride, int count) {
        double[] exact = new double[count];
        sphere(seed, stream, probe, exact, 0, 1, count);
        for (int i = 0; i < count; i++) {
            out[offset + i * stride] = (float) exact[i];
        }
    }

    /** 64-bit word {@code index} of a probe's sequence of bits. */
    public static long word(long seed, long stream, long probe, long index) {
        Philox philox = new Philox(seed, stream, requireProbe(probe), 1);
        philox.generate(index >>> 1, 1);
        return philox.word((int) (index & 1));
    }

    /** 32-bit word {@code index} of a probe's sequence of bits. */
    public static int bits(long seed, long stream, long probe, long index) {
        return (int) (word(seed, stream, probe, index >>> 1) >>> (32 * (index & 1)));
    }

    /** The generator itself: the 128-bit block for a counter of four words and a key of two, as published. */
    static int[] block(int[] counter, int[] key) {
        long probe = counter[1] & LOW;
        Philox philox = new Philox(pair(key, 0), pair(counter, 2), probe, 1);
        philox.generate(counter[0] & LOW, 1);
        return new int[]{(int) philox.words0[0], (int) philox.words1[0], (int) philox.words2[0],
                (int) philox.words3[0]};
    }

    private static long pair(int[] words, int offset) {
        return (words[offset] & LOW) | ((long) words[offset + 1] << 32);
    }

    private static long requireProbe(long probe) {
        if (probe < 0 || probe > LOW) {
            throw new InvalidDataException("random: probe must be from 0 to 2^32 - 1, got " + probe);
        }
        return probe;
    }

    /** Makes {@code count} consecutive blocks; all words are kept as longs without sign. */
    private void generate(long firstBlock, int count) {
        for (int i = 0; i < count; i++) {
            words0[i] = (firstBlock + i) & LOW;
            words1[i] = probe;
            words2[i] = stream & LOW;
            words3[i] = stream >>> 32;
        }
        long key0 = seed & LOW;
        long key1 = seed >>> 32;
        for (int round = 0; round < ROUNDS; round++) {
            round(key0, key1, count);
            key0 = (key0 + WEYL_0) & LOW;
            key1 = (key1 + WEYL_1) & LOW;
        }
    }

    private void round(long key0, long key1, int count) {
        for (int i = 0; i < count; i++) {
            long product0 = MULTIPLIER_0 * words0[i];
            long product1 = MULTIPLIER_1 * words2[i];
            words0[i] = (product1 >>> 32) ^ words1[i] ^ key0;
            words1[i] = product1 & LOW;
            words2[i] = (product0 >>> 32) ^ words3[i] ^ key1;
            words3[i] = product0 & LOW;
        }
    }

    /** 64-bit word of the blocks made last, counted from the first of them. */
    private long word(int index) {
        int block = index >>> 1;
        return (index & 1) == 0
                ? words0[block] | (words1[block] << 32)
                : words2[block] | (words3[block] << 32);
    }

    /** A probe's elements as doubles, some at a time. */
    private static final class Chunk {
        private final Distribution distribution;
        private final Philox philox;
        private final int perBlock;
        private final double[] values;
        private final double[] uniforms;
        private long next;
        private int remaining;

        Chunk(Distribution distribution, long seed, long stream, long probe, int count, long firstElement) {
            this.distribution = distribution;
            this.perBlock = distribution == Distribution.RADEMACHER ? 128 : 2;
            long last = firstElement + count - 1;
            if (firstElement < 0 || last / perBlock > LOW) {
                throw new InvalidDataException("random: a %s probe holds elements 0 to %d, got %d to %d".formatted(
                        distribution, (LOW + 1) * perBlock - 1, firstElement, last));
            }
            // One block more than fit exactly, since the first element may stand anywhere in its block.
            int batch = (int) Math.min(BATCH, count / (long) perBlock + 2);
            int capacity = Math.min((batch - 1) * perBlock, 1024);
            this.philox = new Philox(seed, stream, requireProbe(probe), batch);
            this.values = new double[Math.min(capacity, count)];
            this.uniforms = distribution == Distribution.NORMAL ? new double[values.length] : values;
            this.next = firstElement;
            this.remaining = count;
        }

        /** Begins with the first element of another probe. */
        void restart(long probe, int count) {
            philox.probe = requireProbe(probe);
            next = 0;
            remaining = count;
        }

        /** Writes what remains to every {@code stride}-th place. */
        void fill(double[] out, int offset, int stride) {
            int position = offset;
            for (int n = advance(); n > 0; n = advance()) {
                for (int i = 0; i < n; i++, position += stride) {
                    out[position] = values[i];
                }
            }
        }

        void fill(float[] out, int offset, int stride) {
            float largest = distribution == Distribution.UNIFORM ? BELOW_ONE : Float.MAX_VALUE;
            int position = offset;
            for (int n = advance(); n > 0; n = advance()) {
                for (int i = 0; i < n; i++, position += stride) {
                    out[position] = Math.min((float) values[i], largest);
                }
            }
        }

        /** Puts the next elements at the start of {@code values}, and tells how many; 0 at the end. */
        int advance() {
            int count = Math.min(remaining, values.length);
            if (count > 0) {
                long firstBlock = next / perBlock;
                long lastBlock = (next + count - 1) / perBlock;
                philox.generate(firstBlock, (int) (lastBlock - firstBlock) + 1);
                convert((int) (next - firstBlock * perBlock), count);
                next += count;
                remaining -= count;
            }
            return count;
        }

        private void convert(int skip, int count) {
            switch (distribution) {
                case UNIFORM -> uniform(values, skip, count);
                case NORMAL -> {
                    uniform(uniforms, skip, count);
                    NormalQuantile.at(uniforms, values, count);
                }
                case RADEMACHER -> {
                    int done = 0;
                    while (done < count) {
                        int bit = (skip + done) & 63;
                        int end = Math.min(count, done + 64 - bit);
                        signs(philox.word((skip + done) >>> 6) >>> bit, done, end);
                        done = end;
                    }
                }
            }
        }

        private void uniform(double[] out, int skip, int count) {
            for (int i = 0; i < count; i++) {
                out[i] = ((philox.word(skip + i) >>> 12) + 0.5) * 0x1p-52;
            }
        }

        private void signs(long word, int from, int to) {
            for (int i = from; i < to; i++) {
                values[i] = ((word >>> (i - from)) & 1) * 2 - 1;
            }
        }
    }
}
