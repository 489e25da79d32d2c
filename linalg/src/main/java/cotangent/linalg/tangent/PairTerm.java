package cotangent.linalg.tangent;

import java.util.List;
import java.util.stream.Stream;

/**
 * What parameters that share a cotangent add to a kernel, by pairs of positions: (sum of x·x') times (delta·delta').
 *
 * @param cotangent which
 * @param groups    independent products
 * @param positions of a sample
 * @param out       width of the cotangent
 * @param inputs    what the parameters meet
 * @param ones      number of parameters that meet ones: biases
 */
record PairTerm(int cotangent, int groups, int positions, int out, List<Input> inputs, int ones) {
    /**
     * What a parameter meets.
     *
     * @param number which
     * @param width  of it
     */
    record Input(int number, int width) {}

    /** Scratch space of one thread: a tile of sums, one of products of cotangents, two of products of inputs. */
    record Scratch(Object sums, Object products, Object inputs, Object spread) {
        static Scratch of(Scalars scalars, int tile) {
            int size = tile * tile;
            return new Scratch(scalars.allocate(size), scalars.allocate(size), scalars.allocate(size), scalars.allocate(
                    size));
        }
    }

    /**
     * Adds to a tile's sums, rows of its width.
     *
     * @param lower whether the tile is on the diagonal of a symmetric kernel, so that its lower triangle is enough
     */
    void add(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, boolean lower, Scratch scratch) {
        for (int group = 0; group < groups; group++) {
            for (int p = 0; p < positions; p++) {
                for (int q = 0; q < positions; q++) {
                    add(scalars, left, right, tile, group * positions + p, group * positions + q, lower, scratch);
                }
            }
        }
    }

    /** Whether there is one position in one group, so that products of cotangents can be summed before all else. */
    boolean isSingle() {
        return groups * positions == 1;
    }

    /** Adds products of cotangents, of which a kernel over sums of outputs has some at a time, to a tile of rows. */
    void addProducts(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, boolean lower, Object c, int cOff,
            int cRow) {
        cotangents(scalars, left, right, tile, 0, 0, lower, 1, c, cOff, cRow);
    }

    /** Adds to a tile's sums, the products of cotangents known and in {@code scratch.products}. */
    void addKnown(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, boolean lower, Scratch scratch) {
        multiply(scalars, left, right, tile, 0, 0, lower, scratch);
    }

    /** The part of one pair of positions. */
    private void add(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int p, int q, boolean lower,
            Scratch scratch) {
        if (inputs.isEmpty() && ones == 1) {
            cotangents(scalars, left, right, tile, p, q, lower, 1, scratch.sums, 0, tile.width());
            return;
        }
        cotangents(scalars, left, right, tile, p, q, lower, 0, scratch.products, 0, tile.width());
        multiply(scalars, left, right, tile, p, q, lower, scratch);
    }

    /** Adds the products of cotangents times those of inputs. */
    private void multiply(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int p, int q, boolean lower,
            Scratch scratch) {
        int first = left.sample(tile.top());
        int rows = left.sample(tile.bottom() - 1) + 1 - first;
        int firstColumn = right.sample(tile.left());
        int columns = right.sample(tile.right() - 1) + 1 - firstColumn;
        scalars.fill(scratch.inputs, 0, rows * columns, ones);
        for (Input input : inputs) {
            int in = input.width();
            Object x = left.inputs().get(input.number());
            int at = (p * left.samples() + first) * in;
            if (lower && p == q) {
                scalars.syrk(rows, in, x, at, in, scratch.inputs, 0, columns, 1);
            } else {
                scalars.gemm(rows, columns, in, x, at, in, 1, right.inputs().get(input.number()), (q * right.samples()
                        + firstColumn) * in, 1, in, 1, scratch.inputs, 0, columns);
            }
        }
        scalars.addProduct(scratch.sums, factors(scalars, left, right, tile, columns, scratch), scratch.products, tile
                .height() * tile.width());
    }

    /** Products of cotangents; only the lower triangle where that is enough and known from the product. */
    private void cotangents(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int p, int q,
            boolean lower, double beta, Object c, int cOff, int cRow) {
        int width = left.summed() * out;
        int a = (p * left.rows() + tile.top()) * width;
        Object delta = left.cotangents().get(cotangent);
        if (lower && p == q) {
            scalars.syrk(tile.height(), width, delta, a, width, c, cOff, cRow, beta);
        } else {
            scalars.gemm(tile.height(), tile.width(), width, delta, a, width, 1, right.cotangents().get(cotangent), (q
                    * right.rows() + tile.left()) * width, 1, width, beta, c, cOff, cRow);
        }
    }

    /** The products of inputs, repeated for all rows and columns of each sample. */
    private static Object factors(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int columns,
            Scratch scratch) {
        if (left.rowsPerSample() == 1 && right.rowsPerSample() == 1) {
            return scratch.inputs;
        }
        int width = tile.width();
        int first = left.sample(tile.top());
        int known = -1;
        for (int i = 0; i < tile.height(); i++) {
            int sample = left.sample(tile.top() + i) - first;
            if (sample == known) {
                System.arraycopy(scratch.spread, (i - 1) * width, scratch.spread, i * width, width);
            } else {
                scalars.repeat(scratch.inputs, sample * columns, right.rowsPerSample(), tile.left(), scratch.spread, i
                        * width, width);
                known = sample;
            }
        }
        return scratch.spread;
    }

    /** This and another term of the same cotangent. */
    PairTerm and(PairTerm other) {
        return new PairTerm(cotangent, groups, positions, out, Stream.concat(inputs.stream(), other.inputs.stream())
                .toList(), ones + other.ones);
    }
}
