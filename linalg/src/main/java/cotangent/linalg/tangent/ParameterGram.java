package cotangent.linalg.tangent;

import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.List;

/**
 * ‖J·Jᵀ‖_F as ‖Jᵀ·J‖_F, for kernels with more rows than there are parameters: P² numbers in place of rows². The lower half of
 * JᵀJ is summed tile by tile over blocks of rows; if it does not fit the memory, a part of the tiles at a time, with the rows
 * made again for each part.
 *
 * <p>Each tile's sums run over a block of rows in the model's dtype, and blocks are added in order, so that an entry's error is
 * at most (rows of a block + number of blocks + 1) eps times the sum of its terms' sizes; squares are summed in float64. The
 * same bits for any number of threads.
 */
public final class ParameterGram implements FrobeniusRoute {
    /** Tiles of this size, of which a thread sums one, reach what products can. */
    private static final int TILE = 512;

    private final JacobianRows rows;
    private final List<Tile> tiles = new ArrayList<>();
    private final int together;

    /** The route over some rows. */
    ParameterGram(JacobianRows rows, long memory) {
        this.rows = rows;
        for (int top = 0; top < rows.columns(); top += TILE) {
            for (int left = 0; left <= top; left += TILE) {
                tiles.add(new Tile(top, Math.min(rows.columns(), top + TILE), left, Math.min(rows.columns(), left
                        + TILE)));
            }
        }
        long fitting = memory / ((long) rows.dtype().bytes() * TILE * TILE);
        this.together = Math.clamp(fitting, 1, Math.max(1, tiles.size()));
    }

    private int parts() {
        return Math.ceilDiv(tiles.size(), together);
    }

    @Override
    public KernelCost cost() {
        double side = Math.min(TILE, rows.columns());
        Cost products = Cost.product(tiles.size(), side, rows.rows(), side)
                .plus(Cost.elements(tiles.size() * side * side * rows
                        .blocks()));
        double held = rows.dtype().bytes() * side * side * together;
        return new KernelCost(products.plus(rows.cost().times(parts())), held + rows.bytes());
    }

    @Override
    public int passes() {
        return parts() * rows.passes();
    }

    @Override
    public String route() {
        return "exact: JᵀJ [%d, %d] from %d rows of the Jacobian%s".formatted(rows.columns(), rows.columns(),
                rows.rows(),
                parts() == 1 ? "" : ", in %d parts".formatted(parts()));
    }

    @Override
    public double squaredNorm(ProgressListener listener) {
        long all = (long) parts() * rows.blocks();
        long done = 0;
        double sum = 0;
        Scratch scratch = new Scratch(rows.dtype(), TILE * TILE);
        for (int from = 0; from < tiles.size(); from += together) {
            List<Tile> some = tiles.subList(from, Math.min(tiles.size(), from + together));
            List<Numbers> sums = some.stream()
                    .map(tile -> Numbers.zeros(rows.dtype(), tile.height() * tile.width()))
                    .toList();
            for (int i = 0; i < rows.blocks(); i++) {
                JacobianRows.Block block = rows.block(i);
                Workers.run(some.size(), t -> add(block, some.get(t), sums.get(t), scratch));
                listener.progressed(++done, all);
                if (done < all) {
                    CancelledException.throwIfInterrupted("Frobenius norm", done, all);
                }
            }
            for (int t = 0; t < some.size(); t++) {
                boolean diagonal = some.get(t).top() == some.get(t).left();
                sum += (diagonal ? 1 : 2) * sums.get(t).squares(0, some.get(t).height() * some.get(t).width());
            }
        }
        return sum;
    }

    private static void add(JacobianRows.Block block, Tile tile, Numbers sums, Scratch scratch) {
        Numbers product = scratch.take();
        Numbers.Matrix columns = block.matrix().transpose();
        product.product(tile.height(), tile.width(), block.count(), columns.below(tile.top()),
                columns.below(tile.left())
                        .transpose(),
                false, 0, tile.width());
        sums.add(product, tile.height() * tile.width());
        scratch.give(product);
    }

    @Override
    public String toString() {
        return route() + ", " + cost();
    }
}
