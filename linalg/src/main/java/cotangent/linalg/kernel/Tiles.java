package cotangent.linalg.kernel;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import cotangent.dsl.kernel.Transposition;
import cotangent.dsl.kernel.WorkerFailedException;
import cotangent.dsl.kernel.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The matrix of a kernel over two sets of inputs, or one, in tiles that are made, used and dropped.
 *
 * <p>Of one set only the tiles on and above the diagonal are made: each serves as itself and as its transpose. Strips of tiles are
 * dealt out to a number of sums that depends on shapes alone; threads share the sums, which are added in order. So the bits do not
 * depend on the number of threads.
 */
final class Tiles {
    /** A float64 tile and what it is made from fit the second-level cache. */
    private static final int HEIGHT = 256;

    private static final int FEWEST_SUMS = 4;
    private static final int MOST_SUMS = 32;
    /** Numbers that all sums of a product may take together: 256 MiB of float64. */
    private static final long ELEMENTS = 1L << 25;

    private final KernelFunction kernel;
    private final DType dtype;
    private final int n1;
    private final int n2;
    private final boolean symmetric;
    private final List<Tensor> rows;
    private final List<Tensor> columns;
    private @Nullable TileFactory factory;

    Tiles(KernelFunction kernel, Tensor x1, Tensor x2) {
        this.kernel = kernel;
        this.dtype = x1.dtype();
        this.n1 = x1.shape().extent(0);
        this.n2 = x2.shape().extent(0);
        this.symmetric = x1 == x2;
        this.rows = Inputs.strips(x1, HEIGHT);
        this.columns = symmetric ? rows : Inputs.strips(x2, HEIGHT);
    }

    /** Runs chunks on all threads; what the kernel refuses is thrown as it threw it. */
    private static void share(int chunks, Workers.Task task) {
        try {
            Workers.run(chunks, task);
        } catch (WorkerFailedException failed) {
            throw failed.getCause() instanceof CotangentException refused ? refused : failed;
        }
    }

    private synchronized TileFactory factory() {
        if (factory == null) {
            factory = TileFactory.of(kernel, rows, columns);
        }
        return factory;
    }

    /** K·V, or Kᵀ·V. */
    Tensor multiply(Tensor block, boolean transposed) {
        return symmetric ? symmetricProduct(block) : product(block, transposed);
    }

    private Tensor symmetricProduct(Tensor block) {
        int k = block.shape().extent(1);
        int count = Math.min(rows.size(), Math.clamp(ELEMENTS / Math.max(1, (long) n1 * k), FEWEST_SUMS, MOST_SUMS));
        Accumulator[] sums = new Accumulator[count];
        TileFactory made = factory();
        share(count, chunk -> {
            TileFactory.Tiler tiler = made.tiler();
            Accumulator sum = new Accumulator(dtype, n1, k);
            for (int i = chunk; i < rows.size(); i += count) {
                for (int j = i; j < rows.size(); j++) {
                    Tensor tile = tiler.tile(i, j);
                    sum.add(tile, false, block, j * HEIGHT, i * HEIGHT);
                    if (j > i) {
                        sum.add(tile, true, block, i * HEIGHT, j * HEIGHT);
                    }
                }
            }
            sums[chunk] = sum;
        });
        for (int chunk = 1; chunk < count; chunk++) {
            sums[0].add(sums[chunk]);
        }
        return sums[0].result();
    }

    /** Each strip of the result by one thread. */
    private Tensor product(Tensor block, boolean transposed) {
        int outer = transposed ? columns.size() : rows.size();
        int inner = transposed ? rows.size() : columns.size();
        Accumulator sum = new Accumulator(dtype, transposed ? n2 : n1, block.shape().extent(1));
        TileFactory made = factory();
        share(outer, strip -> {
            TileFactory.Tiler tiler = made.tiler();
            for (int other = 0; other < inner; other++) {
                Tensor tile = transposed ? tiler.tile(other, strip) : tiler.tile(strip, other);
                sum.add(tile, transposed, block, other * HEIGHT, strip * HEIGHT);
            }
        });
        return sum.result();
    }

    /** The matrix, symmetric to the bit where the sets are one. */
    Tensor dense() {
        Shape shape = Shape.of(n1, n2);
        Object matrix = dtype == DType.F64 ? new double[shape.size()] : new float[shape.size()];
        TileFactory made = factory();
        share(rows.size(), i -> {
            TileFactory.Tiler tiler = made.tiler();
            for (int j = symmetric ? i : 0; j < columns.size(); j++) {
                Tensor tile = tiler.tile(i, j);
                copy(tile, matrix, i * HEIGHT, j * HEIGHT);
                if (symmetric) {
                    copyTransposed(tile, matrix, i * HEIGHT, j * HEIGHT);
                }
            }
        });
        return Inputs.wrap(shape, matrix);
    }

    private void copy(Tensor tile, Object matrix, int row, int column) {
        int w = tile.shape().extent(1);
        for (int i = 0; i < tile.shape().extent(0); i++) {
            System.arraycopy(Storage.array(tile), i * w, matrix, (row + i) * n2 + column, w);
        }
    }

    /** What stands above the diagonal, below it too. */
    private void copyTransposed(Tensor tile, Object matrix, int row, int column) {
        int h = tile.shape().extent(0);
        int w = tile.shape().extent(1);
        if (row == column) {
            mirror(h, matrix, row);
        } else if (matrix instanceof double[] wide) {
            Transposition.dcopy(w, h, Storage.doubles(tile), 0, 1, w, wide, column * n2 + row, n2);
        } else {
            Transposition.scopy(w, h, Storage.floats(tile), 0, 1, w, (float[]) matrix, column * n2 + row, n2);
        }
    }

    private void mirror(int h, Object matrix, int corner) {
        for (int j = 0; j < h; j++) {
            for (int i = 0; i < j; i++) {
                int above = (corner + i) * n2 + corner + j;
                int below = (corner + j) * n2 + corner + i;
                if (matrix instanceof double[] wide) {
                    wide[below] = wide[above];
                } else {
                    ((float[]) matrix)[below] = ((float[]) matrix)[above];
                }
            }
        }
    }

    /** What the weights of a tile are: of rows {@code i, ...} and columns {@code j, ...}, F64 [h, w]. */
    @FunctionalInterface
    interface Weights {
        /** The weights w of the tile at [row, column], h rows and w columns; for the tile and its transpose together. */
        Tensor tile(int row, int column, int h, int w);
    }

    /**
     * Σ wᵢⱼ ∂kᵢⱼ by the logarithm of each hyperparameter.
     *
     * @param weights of the tile and, where the sets are one and the tile is not on the diagonal, of its transpose added to it
     */
    double[] vjp(Weights weights) {
        int count = rows.size();
        double[][][] parts = new double[count][columns.size()][];
        TileFactory made = factory();
        share(count, i -> {
            TileFactory.Tiler tiler = made.tiler();
            int h = rows.get(i).shape().extent(0);
            for (int j = symmetric ? i : 0; j < columns.size(); j++) {
                int w = columns.get(j).shape().extent(0);
                parts[i][j] = tiler.vjp(i, j, weights.tile(i * HEIGHT, j * HEIGHT, h, w));
            }
        });
        double[] sums = new double[kernel.hyperparameters().count()];
        for (int i = 0; i < count; i++) {
            for (int j = symmetric ? i : 0; j < columns.size(); j++) {
                for (int p = 0; p < sums.length; p++) {
                    sums[p] += parts[i][j][p];
                }
            }
        }
        return sums;
    }
}
