package cotangent.dsl.kernel;

/**
 * How a product of known sizes is cut into tiles of {@code rows} by {@code vectors} or one less of each, as equal as can be.
 *
 * <p>Where C is overwritten, all tiles have the same height, and the last one lies over rows of the one before: a second
 * kind of tile takes as long to compile as the first.
 *
 * @param rows rows of the tallest tiles
 * @param vectors vectors across the widest tiles
 * @param m rows in all
 * @param across vectors in all
 * @param overlapping whether the last tile may lie over rows of the one before
 */
record LiteralTiling(int rows, int vectors, int m, int across, boolean overlapping) {
    /** Cycles of a pass through a tile's loop beside its arithmetic: comparisons, and rows of B across two cache lines. */
    private static final double PASS = 1.3;

    /** The tiling that takes the fewest cycles by {@link #cycles}. */
    static LiteralTiling best(LiteralShape shape, int lanes) {
        int across = (shape.n() + lanes - 1) / lanes;
        int narrowest = across > 1 && shape.n() % lanes != 0 ? 2 : 1;
        int registers = Simd.BITS == 512 ? 32 : 16;
        LiteralTiling best = new LiteralTiling(1, narrowest, shape.m(), across, !shape.accumulate());
        for (int vectors = narrowest; vectors <= Math.min(across, 4); vectors++) {
            for (int rows = 1; rows <= Math.min(24, shape.m()); rows++) {
                LiteralTiling next = new LiteralTiling(rows, vectors, shape.m(), across, !shape
                        .accumulate());
                boolean fits = rows * vectors + vectors + 1 < registers;
                if (fits && next.evenWidths(narrowest) && next.cycles(shape.k()) < best.cycles(shape.k())) {
                    best = next;
                }
            }
        }
        return best;
    }

    private boolean evenWidths(int narrowest) {
        return across / strips() >= narrowest;
    }

    int tiles() {
        return (m + rows - 1) / rows;
    }

    int strips() {
        return (across + vectors - 1) / vectors;
    }

    /** Tiles that are as tall as the tallest; the others have a row less. */
    int tallTiles() {
        return overlapping || m - (m / tiles()) * tiles() == 0 ? tiles() : m - (m / tiles()) * tiles();
    }

    /** Strips that are as wide as the widest; the others are a vector narrower. */
    int wideStrips() {
        return across - (across / strips()) * strips() == 0 ? strips() : across - (across / strips()) * strips();
    }

    int tallest() {
        return (m + tiles() - 1) / tiles();
    }

    int widest() {
        return (across + strips() - 1) / strips();
    }

    /** An estimate: the busiest of FMA ports, load ports, front end and a sum's own latency, and what a tile costs beside. */
    double cycles(int k) {
        double all = 0;
        int otherTiles = tiles() - tallTiles();
        int otherStrips = strips() - wideStrips();
        all += tallTiles() * wideStrips() * tile(tallest(), widest(), k);
        all += otherTiles * wideStrips() * tile(tallest() - 1, widest(), k);
        all += tallTiles() * otherStrips * tile(tallest(), widest() - 1, k);
        all += otherTiles * otherStrips * tile(tallest() - 1, widest() - 1, k);
        return all;
    }

    private static double tile(int r, int v, int k) {
        double fma = r * v / 2.0;
        double load = (r + 2.0 * v) / 2;
        double issue = (r * v + 1.3 * r + v + 4) / 6;
        return k * (PASS + Math.max(Math.max(fma, load), Math.max(issue, 4))) + 14 + r * v;
    }
}
