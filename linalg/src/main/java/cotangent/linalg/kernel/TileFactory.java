package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.List;

/**
 * What makes the tiles of a kernel's matrix, from strips of inputs.
 *
 * <p>A kernel may prepare strips once and make tiles in memory of its own: half of the time of a tile goes into memory that is new,
 * which has to be cleared and is in no cache.
 */
@FunctionalInterface
interface TileFactory {
    /** One thread's worth of memory to make tiles in. */
    Tiler tiler();

    /** Makes one tile after the other. */
    interface Tiler {
        /** The tile of two strips, good until the next one is made. */
        Tensor tile(int row, int column);

        /** {@link KernelFunction#vjp} of two strips; the last tile is good no more. */
        double[] vjp(int row, int column, Tensor weights);
    }

    /** The tiles of a kernel over strips of rows and of columns, which may be the same list. */
    static TileFactory of(KernelFunction kernel, List<Tensor> rows, List<Tensor> columns) {
        return switch (kernel) {
            case StationaryKernel stationary -> stationary.tiles(rows, columns);
            case ScaledKernel scaled -> scaled.tiles(rows, columns);
            default -> () -> new Tiler() {
                @Override
                public Tensor tile(int i, int j) {
                    return block(kernel, rows.get(i), columns.get(j));
                }

                @Override
                public double[] vjp(int i, int j, Tensor weights) {
                    return kernel.vjp(rows.get(i), columns.get(j), weights);
                }
            };
        };
    }

    private static Tensor block(KernelFunction kernel, Tensor row, Tensor column) {
        Tensor tile = kernel.block(row, column);
        int h = row.shape().extent(0);
        int w = column.shape().extent(0);
        DType dtype = row.dtype();
        if (tile.rank() != 2 || tile.shape().extent(0) != h || tile.shape().extent(1) != w || tile.dtype() != dtype) {
            throw new ShapeException("%s: expected a block %s[%d, %d], got %s".formatted(kernel, dtype, h, w, tile
                    .type()));
        }
        return tile;
    }
}
