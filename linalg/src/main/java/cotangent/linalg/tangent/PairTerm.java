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

    /** Scratch space of one thread: a tile of products of cotangents, one of inputs, and a row of the latter spread out. */
    record Scratch(Object products, Object inputs, Object spread) {
        static Scratch of(Scalars scalars, int tile) {
            return new Scratch(scalars.allocate(tile * tile), scalars.allocate(tile * tile), scalars.allocate(tile));
        }
    }

    /** Adds to a tile of the kernel, rows of length {@code cRow}. */
    void add(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, Object c, int cOff, int cRow,
            Scratch scratch) {
        for (int group = 0; group < groups; group++) {
            for (int p = 0; p < positions; p++) {
                for (int q = 0; q < positions; q++) {
                    add(scalars, left, right, tile, group * positions + p, group * positions + q, c, cOff, cRow,
                            scratch);
                }
            }
        }
    }

    /** The part of one pair of positions. */
    private void add(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int p, int q, Object c, int cOff,
            int cRow, Scratch scratch) {
        int width = left.summed() * out;
        int a = (p * left.rows() + tile.top()) * width;
        int b = (q * right.rows() + tile.left()) * width;
        Object delta = left.cotangents().get(cotangent);
        Object other = right.cotangents().get(cotangent);
        if (inputs.isEmpty() && ones == 1) {
            scalars.gemm(tile.height(), tile.width(), width, delta, a, width, 1, other, b, 1, width, 1, c, cOff, cRow);
            return;
        }
        scalars.gemm(tile.height(), tile.width(), width, delta, a, width, 1, other, b, 1, width, 0, scratch.products,
                0, tile.width());
        int first = left.sample(tile.top());
        int rows = left.sample(tile.bottom() - 1) + 1 - first;
        int firstColumn = right.sample(tile.left());
        int columns = right.sample(tile.right() - 1) + 1 - firstColumn;
        scalars.fill(scratch.inputs, 0, rows * columns, ones);
        for (Input input : inputs) {
            int in = input.width();
            scalars.gemm(rows, columns, in, left.inputs().get(input.number()), (p * left.samples() + first) * in, in, 1,
                    right.inputs().get(input.number()), (q * right.samples() + firstColumn) * in, 1, in, 1,
                    scratch.inputs, 0, columns);
        }
        combine(scalars, left, right, tile, columns, c, cOff, cRow, scratch);
    }

    /** Multiplies the two tiles, that of inputs spread over the rows of each sample, and adds. */
    private static void combine(Scalars scalars, FactorBlock left, FactorBlock right, Tile tile, int columns, Object c,
            int cOff, int cRow, Scratch scratch) {
        int first = left.sample(tile.top());
        int known = -1;
        boolean plain = right.rowsPerSample() == 1;
        for (int i = 0; i < tile.height(); i++) {
            int sample = left.sample(tile.top() + i) - first;
            if (!plain && sample != known) {
                scalars.repeat(scratch.inputs, sample * columns, right.rowsPerSample(), tile.left(), scratch.spread, 0,
                        tile.width());
                known = sample;
            }
            scalars.addProduct(c, cOff + i * cRow, plain ? scratch.inputs : scratch.spread, plain ? sample * columns
                    : 0, scratch.products, i * tile.width(), tile.width());
        }
    }

    /** This and another term of the same cotangent. */
    PairTerm and(PairTerm other) {
        return new PairTerm(cotangent, groups, positions, out, Stream.concat(inputs.stream(), other.inputs.stream())
                .toList(), ones + other.ones);
    }
}
