package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import cotangent.dsl.kernel.Symv;
import cotangent.linalg.operator.LinearOperator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The matrix K = [k(x1ᵢ, x2ⱼ)] of a kernel over sets of inputs, as an operator: symmetric and positive semidefinite over one set,
 * rectangular over two.
 *
 * <p>A matrix within the memory budget is written out when a product is first asked for, and kept. A larger one is never there as a
 * whole: each product makes it again, tile by tile, and over one set only the half on and above the diagonal. All threads take
 * part, and the bits do not depend on how many. Cost of a product with a block of k vectors: 2·n1·n2·k flops and, without the
 * matrix, a block of the kernel of all pairs (half of it over one set). Immutable and safe to use from many threads.
 */
public final class KernelOperator implements LinearOperator {
    private static final long DEFAULT_BUDGET = 1L << 28;

    private final KernelFunction kernel;
    private final Tensor x1;
    private final Tensor x2;
    private final long budget;
    private final Tiles tiles;
    private @Nullable Tensor kept;

    private KernelOperator(KernelFunction kernel, Tensor x1, Tensor x2, long budget) {
        this.kernel = kernel;
        this.x1 = x1;
        this.x2 = x2;
        this.budget = budget;
        this.tiles = new Tiles(kernel, x1, x2);
        kernel.block(Inputs.rows(x1, 0, 1), Inputs.rows(x2, 0, 1)); // refuses here what it would refuse on another thread
    }

    /**
     * The symmetric matrix over one set, with a memory budget of 256 MiB.
     *
     * @param x [n, ...] as the kernel takes it, F32 or F64
     * @throws ShapeException       if it is no set of inputs
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public static KernelOperator of(KernelFunction kernel, Tensor x) {
        Inputs.requireSet("KernelOperator", x);
        return new KernelOperator(kernel, x, x, DEFAULT_BUDGET);
    }

    /**
     * The matrix [n1, n2] between two sets, with a memory budget of 256 MiB.
     *
     * @throws ShapeException       if one is no set of inputs, or their dtypes differ
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public static KernelOperator cross(KernelFunction kernel, Tensor x1, Tensor x2) {
        Inputs.requireSet("KernelOperator", x1);
        Inputs.requireSet("KernelOperator", x2);
        if (x1.dtype() != x2.dtype()) {
            throw new ShapeException("KernelOperator: inputs are %s and %s; convert one with cast".formatted(x1.type(),
                    x2.type()));
        }
        return new KernelOperator(kernel, x1, x2, DEFAULT_BUDGET);
    }

    /**
     * The same with another memory budget for the matrix.
     *
     * @param bytes at most which it is kept; 0 for never
     * @throws InvalidDataException if it is negative
     */
    public KernelOperator memoryBudget(long bytes) {
        if (bytes < 0) {
            throw new InvalidDataException("KernelOperator: expected a memory budget from 0 bytes, got " + bytes);
        }
        return new KernelOperator(kernel, x1, x2, bytes);
    }

    /** The same matrix for other hyperparameters of the kernel. */
    public KernelOperator with(double... hyperparameters) {
        return new KernelOperator(kernel.with(hyperparameters), x1, x2, budget);
    }

    /** The kernel. */
    public KernelFunction kernel() {
        return kernel;
    }

    /** Whether products use a matrix that is kept. */
    public boolean keepsMatrix() {
        return (long) rows() * columns() * dtype().bytes() <= budget;
    }

    private synchronized Optional<Tensor> matrix() {
        if (kept == null && keepsMatrix()) {
            kept = tiles.dense();
        }
        return Optional.ofNullable(kept);
    }

    @Override
    public int rows() {
        return x1.shape().extent(0);
    }

    @Override
    public int columns() {
        return x2.shape().extent(0);
    }

    @Override
    public DType dtype() {
        return x1.dtype();
    }

    @Override
    public boolean symmetric() {
        return x1 == x2;
    }

    @Override
    public boolean positiveSemidefinite() {
        return symmetric();
    }

    @Override
    public Tensor matmat(Tensor block) {
        requireBlock("matmat", columns(), block);
        return product(block, false);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        requireBlock("rmatmat", rows(), block);
        return product(block, true);
    }

    private Tensor product(Tensor block, boolean transposed) {
        Optional<Tensor> matrix = matrix();
        if (matrix.isEmpty()) {
            return tiles.multiply(block, transposed);
        }
        int k = block.shape().extent(1);
        if (symmetric() && k == 1 && dtype() == DType.F64) {
            double[] image = new double[rows()];
            Symv.dsymv(rows(), 0, Storage.doubles(matrix.get()), 0, rows(), Storage.doubles(block), 0, image, 0);
            return Tensor.wrap(block.shape(), image);
        }
        Accumulator sum = new Accumulator(dtype(), transposed ? columns() : rows(), k);
        sum.add(matrix.get(), transposed, block, 0, 0);
        return sum.result();
    }

    private void requireBlock(String operation, int length, Tensor block) {
        if (block.rank() != 2 || block.shape().extent(0) != length || block.dtype() != dtype()) {
            throw new ShapeException("%s: operator is %s, block is %s; expected %s[%d, k], one column per vector"
                    .formatted(operation, this, block.type(), dtype(), length));
        }
    }

    /** K's diagonal over one set, [n]. */
    public Tensor diagonal() {
        if (!symmetric()) {
            throw new ShapeException("diagonal: expected a kernel's matrix over one set, got " + this);
        }
        return kernel.diagonal(x1);
    }

    /** Some of K's columns, [n1, how many], such as {@link cotangent.linalg.RandomlyPivotedCholesky} asks for. */
    public Tensor columns(int... chosen) {
        return kernel.block(x1, Inputs.rows(x2, chosen));
    }

    /** The matrix itself, [n1, n2], symmetric to the bit over one set; in memory whatever the budget. */
    @Override
    public Tensor toDense() {
        return matrix().orElseGet(tiles::dense);
    }

    /** The derivatives of Σ wᵢⱼ Kᵢⱼ by the logarithm of each hyperparameter, over one set. */
    double[] vjp(Tiles.Weights weights) {
        return tiles.vjp(weights);
    }

    /** The same for symmetric weights W, F64 [n, n] row-major. */
    double[] vjp(double[] weights) {
        int n = columns();
        return tiles.vjp((row, column, h, w) -> {
            double factor = row == column ? 1 : 2;
            double[] tile = new double[h * w];
            for (int i = 0; i < h; i++) {
                for (int j = 0; j < w; j++) {
                    tile[i * w + j] = factor * weights[(row + i) * n + column + j];
                }
            }
            return Tensor.wrap(Shape.of(h, w), tile);
        });
    }

    @Override
    public String toString() {
        return "KernelOperator %s[%d, %d] of %s%s".formatted(dtype(), rows(), columns(), kernel, keepsMatrix()
                ? ", matrix kept"
                : ", tiles on the fly");
    }
}
