package cotangent.linalg.tangent;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The explicit tangent kernel from factors: K = Σ over parameters of Σ over pairs of positions of (x·x')(δ·δ'), with x what
 * the parameter meets and δ the cotangent there (R. Novak, J. Sohl-Dickstein and S. Schoenholz, Fast Finite Width Neural
 * Tangent Kernel, ICML 2022, section 3.2). A dense layer is (X·Xᵀ) ∘ (Δ·Δᵀ) and its bias Δ·Δᵀ, one product of cotangents
 * for both; a parameter shared over many positions is worked off by gradients of its own.
 *
 * <p>One tile of the kernel at a time, over all parameters, so that sums stay in the cache; of a symmetric kernel half of
 * the tiles. Sums accumulate in the model's dtype. The same bits for any number of threads.
 */
public final class StructuredKernel {
    /** Rows and columns of a tile: a float64 one is a quarter of a common second-level cache. */
    private static final int TILE = 256;

    /** Of what is summed over, as much as a share of the last cache holds: beyond that nothing is gained. */
    private static final long CACHE = 1L << 22;

    private final SampleFactorProgram left;
    private final SampleFactorProgram right;
    private final UnitOrder leftOrder;
    private final UnitOrder rightOrder;
    private final int summed;
    private final boolean symmetric;
    private final IntPredicate leaves;
    private final Scalars scalars;
    private final long budget;

    private StructuredKernel(SampleFactorProgram left, SampleFactorProgram right, UnitOrder leftOrder,
            UnitOrder rightOrder, int summed, IntPredicate leaves, long budget) {
        this.left = left;
        this.right = right;
        this.leftOrder = leftOrder;
        this.rightOrder = rightOrder;
        this.summed = summed;
        this.symmetric = left == right;
        this.leaves = leaves;
        this.scalars = Scalars.of(left.dtype());
        this.budget = budget;
    }

    /**
     * The kernel between the outputs of two programs of one function, or of one program with itself.
     *
     * @param leaves which parameters take part
     * @param budget bytes that factors may take at a time, beside the kernel
     * @return empty if an axis of samples is averaged over or diagonal only
     */
    public static Optional<StructuredKernel> of(SampleFactorProgram left, OutputReduction ofLeft,
            SampleFactorProgram right, OutputReduction ofRight, IntPredicate leaves, long budget) {
        Optional<UnitOrder> rows = UnitOrder.of(left, ofLeft);
        Optional<UnitOrder> columns = left == right ? rows : UnitOrder.of(right, ofRight);
        if (rows.isEmpty() || columns.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StructuredKernel(left, right, rows.get(), columns.get(), ofLeft.traces(), leaves,
                budget));
    }

    private int rows() {
        return leftOrder.rows().stream().mapToInt(rows -> rows.length).sum();
    }

    private int columns() {
        return rightOrder.rows().stream().mapToInt(rows -> rows.length).sum();
    }

    /** Outputs of a row that are worked off at a time, and rows of a sample: as many as fit the budget. */
    private int[] widths(int rowsPerSample) {
        long perUnit = scalars.bytes() * Math.max(left.cotangentSize(), right.cotangentSize()) * (symmetric ? 1 : 2);
        long units = Math.max(1, budget / 2 / Math.max(1, perUnit));
        // What is summed over is summed as well a part at a time, while it is in the cache.
        int together = (int) Math.min(summed, Math.min(units, Math.max(1, CACHE / perUnit)));
        int rowsAtOnce = Math.clamp(units / together, 1, rowsPerSample);
        return new int[]{together, rowsAtOnce};
    }

    /** What it takes, the forward passes left out. */
    public KernelCost cost() {
        int blocks = leftOrder.blocks().size();
        int perSample = leftOrder.blocks().getFirst().length;
        int[] widths = widths(perSample);
        double parts = Math.ceil(perSample / (double) widths[1]);
        double sums = Math.ceil(summed / (double) widths[0]);
        // Of parts below the diagonal the cotangents of columns are computed again for each part of rows.
        Cost rows = left.reverseCost(widths[0] * widths[1]).times(blocks * parts * sums);
        Cost columns = right.reverseCost(widths[0] * widths[1])
                .times(blocks * sums * (symmetric ? parts * (parts - 1)
                        / 2 : parts * parts));
        KernelTerms terms = terms(rows() / (double) blocks, columns() / (double) blocks, summed);
        double factors = (double) (left.cotangentSize() + right.cotangentSize()) * widths[0] * widths[1];
        return new KernelCost(terms.work().times(blocks).plus(rows).plus(columns), scalars.bytes() * (factors
                + (double) rows() * columns()));
    }

    private KernelTerms terms(double rows, double columns, double together) {
        double half = symmetric ? 0.5 : 1;
        return KernelTerms.of(left, leaves, new KernelTerms.Size(half * left.samples() * right.samples(), half * rows
                * columns, (rows + (symmetric ? 0 : columns)) * together, together));
    }

    /**
     * The kernel at a point.
     *
     * @param rows    factors of the left program
     * @param columns of the right; the same where that is the left
     * @return [rows, columns], of the model's dtype
     */
    public Tensor dense(SampleFactors rows, SampleFactors columns) {
        int n = rows();
        int m = columns();
        Object kernel = scalars.allocate(Math.multiplyExact(n, m));
        for (int block = 0; block < leftOrder.blocks().size(); block++) {
            new Block(rows, columns, block, kernel, m).run();
        }
        return scalars.wrap(Shape.of(n, m), kernel);
    }

    /** Takes a part of a kernel: some rows of every sample with some columns of every sample, row by row. */
    @FunctionalInterface
    interface PartTaker {
        /** Of a part on the diagonal of a symmetric kernel, where top is from, the lower half alone is known. */
        void take(Object part, int top, int bottom, int from, int to);
    }

    /** Number of parts at and below the diagonal of a symmetric kernel. */
    long parts() {
        long each = Math.ceilDiv(leftOrder.blocks().getFirst().length, widths(leftOrder.blocks().getFirst().length)[1]);
        return leftOrder.blocks().size() * each * (each + 1) / 2;
    }

    /** Reverse passes for all parts of a symmetric kernel: of columns once more for each part of rows. */
    int passes() {
        int perSample = leftOrder.blocks().getFirst().length;
        int together = widths(perSample)[1];
        int parts = Math.ceilDiv(perSample, together);
        return left.units() + left.units() / perSample * together * parts * (parts - 1) / 2;
    }

    /** Gives the parts of a symmetric kernel, each a sum over what is averaged over: {@link #summed} times the mean. */
    void forParts(SampleFactors factors, PartTaker taker) {
        for (int block = 0; block < leftOrder.blocks().size(); block++) {
            new Block(factors, factors, block, scalars.allocate(0), 0).forParts(taker);
        }
    }

    int summed() {
        return summed;
    }

    /** A block on the diagonal: the whole kernel where there is one. */
    private final class Block {
        private final SampleFactors rows;
        private final SampleFactors columns;
        private final int[][] rowUnits;
        private final int[][] columnUnits;
        private final int[] rowPlaces;
        private final int[] columnPlaces;
        private final Object kernel;
        private final int stride;
        private final int together;
        private final int rowsAtOnce;

        Block(SampleFactors rows, SampleFactors columns, int block, Object kernel, int stride) {
            this.rows = rows;
            this.columns = columns;
            this.rowUnits = leftOrder.blocks().get(block);
            this.columnUnits = rightOrder.blocks().get(block);
            this.rowPlaces = leftOrder.rows().get(block);
            this.columnPlaces = rightOrder.rows().get(block);
            this.kernel = kernel;
            this.stride = stride;
            int[] widths = widths(rowUnits.length);
            this.together = widths[0];
            this.rowsAtOnce = widths[1];
        }

        void run() {
            if (rowsAtOnce >= rowUnits.length && leftOrder.isIdentity() && rightOrder.isIdentity()) {
                add(0, rowUnits.length, 0, columnUnits.length, kernel);
                finish();
                return;
            }
            forParts(this::place);
        }

        void forParts(PartTaker taker) {
            for (int top = 0; top < rowUnits.length; top += rowsAtOnce) {
                int bottom = Math.min(rowUnits.length, top + rowsAtOnce);
                for (int from = 0; from < (symmetric ? bottom : columnUnits.length); from += rowsAtOnce) {
                    int to = Math.min(columnUnits.length, from + rowsAtOnce);
                    int height = rows.program().samples() * (bottom - top);
                    int width = columns.program().samples() * (to - from);
                    Object part = scalars.allocate(Math.multiplyExact(height, width));
                    add(top, bottom, from, to, part);
                    taker.take(part, top, bottom, from, to);
                }
            }
        }

        private boolean onDiagonal(int top, int from) {
            return symmetric && top == from;
        }

        /** The kernel of some rows of each sample with some columns of each, added to what is there. */
        private void add(int top, int bottom, int from, int to, Object part) {
            boolean lower = onDiagonal(top, from);
            KernelTerms terms = terms(rowPlaces.length, columnPlaces.length, summed);
            boolean leaveOut = summed > 1 && rowUnits.length == 1 && SharedProducts.apply(terms, left);
            boolean apart = leaveOut || together < summed && terms.pairs().stream().allMatch(PairTerm::isSingle);
            List<Object> products = new ArrayList<>();
            FactorBlock a = null;
            FactorBlock b = null;
            for (int first = 0; first < summed; first += together) {
                int last = Math.min(summed, first + together);
                a = block(rows, rowUnits, top, bottom, first, last, leaveOut);
                b = lower ? a : block(columns, columnUnits, from, to, first, last, leaveOut);
                if (apart) {
                    addProducts(terms, a, b, lower, leaveOut, products);
                } else {
                    addPairs(terms, a, b, lower, List.of(), part);
                }
                for (GradientTerm term : terms.gradients()) {
                    addGradients(term, a, b, lower, part);
                }
            }
            if (apart && a != null && b != null) {
                addPairs(terms, a, b, lower, products, part);
            }
        }

        /**
         * Adds the products of cotangents of each term, to be multiplied by those of inputs once they are complete. Those of shared
         * ones are complete at once.
         */
        private void addProducts(KernelTerms terms, FactorBlock a, FactorBlock b, boolean lower, boolean leaveOut,
                List<Object> products) {
            boolean first = products.isEmpty();
            for (int i = 0; i < terms.pairs().size(); i++) {
                PairTerm term = terms.pairs().get(i);
                if (first) {
                    products.add(scalars.allocate(Math.multiplyExact(a.rows(), b.rows())));
                }
                Object sum = products.get(i);
                if (!leaveOut || !left.isShared(term.cotangent())) {
                    Tile.forAll(a.rows(), b.rows(), lower, TILE, tile -> term.addProducts(scalars, a, b, tile, lower
                            && tile.top() == tile.left(), sum, tile.top() * b.rows() + tile.left(), b.rows()));
                } else if (first) {
                    SharedProducts.add(scalars, term.cotangent(), rows, columns, rowUnits[0], sum);
                }
            }
        }

        private FactorBlock block(SampleFactors factors, int[][] units, int from, int to, int first, int last,
                boolean leaveOut) {
            int[] chosen = Arrays.stream(units, from, to)
                    .flatMapToInt(row -> Arrays.stream(row, first, last))
                    .toArray();
            return leaveOut ? FactorBlock.notShared(factors, chosen, last - first)
                    : FactorBlock.of(factors, chosen, last - first);
        }

        private void addPairs(KernelTerms terms, FactorBlock a, FactorBlock b, boolean lower, List<Object> products,
                Object part) {
            if (terms.pairs().isEmpty()) {
                return;
            }
            Queue<PairTerm.Scratch> free = new ConcurrentLinkedQueue<>();
            Tile.forAll(a.rows(), b.rows(), lower, TILE, tile -> {
                PairTerm.Scratch own = free.poll();
                PairTerm.Scratch scratch = own == null ? PairTerm.Scratch.of(scalars, Math.min(TILE, Math.max(a.rows(),
                        b.rows()))) : own;
                Object sums = scratch.sums();
                int width = tile.width();
                read(part, b.rows(), tile, sums);
                boolean diagonal = lower && tile.top() == tile.left();
                for (int i = 0; i < terms.pairs().size(); i++) {
                    PairTerm term = terms.pairs().get(i);
                    if (products.isEmpty()) {
                        term.add(scalars, a, b, tile, diagonal, scratch);
                    } else {
                        read(products.get(i), b.rows(), tile, scratch.products());
                        term.addKnown(scalars, a, b, tile, diagonal, scratch);
                    }
                }
                for (int i = 0; i < tile.height(); i++) {
                    System.arraycopy(sums, i * width, part, (tile.top() + i) * b.rows() + tile.left(), width);
                }
                free.add(scratch);
            });
        }

        private static void read(Object matrix, int stride, Tile tile, Object to) {
            for (int i = 0; i < tile.height(); i++) {
                System.arraycopy(matrix, (tile.top() + i) * stride + tile.left(), to, i * tile.width(), tile.width());
            }
        }

        private void addGradients(GradientTerm term, FactorBlock a, FactorBlock b, boolean lower, Object part) {
            long perColumn = (long) scalars.bytes() * (a.samples() * a.units() + (a == b ? 0
                    : b.samples() * b
                            .units()));
            int grain = term.grain();
            int width = Math.clamp(budget / 2 / perColumn / grain * grain, grain, term.columns());
            for (int from = 0; from < term.columns(); from += width) {
                int to = Math.min(term.columns(), from + width);
                Object left = term.gradients(scalars, a, from, to);
                Object right = a == b ? left : term.gradients(scalars, b, from, to);
                int k = a.summed() * (to - from);
                Tile.forAll(a.rows(), b.rows(), lower, TILE, tile -> {
                    int at = tile.top() * b.rows() + tile.left();
                    if (lower && tile.top() == tile.left()) {
                        scalars.syrk(tile.height(), k, left, tile.top() * k, k, part, at, b.rows(), 1);
                    } else {
                        scalars.gemm(tile.height(), tile.width(), k, left, tile.top() * k, k, 1, right, tile.left() * k,
                                1, k, 1, part, at, b.rows());
                    }
                });
            }
        }

        /** Mean in place of sum, and the upper half. */
        private void finish() {
            int n = rowPlaces.length;
            int m = columnPlaces.length;
            int chunk = 64;
            Workers.run((n + chunk - 1) / chunk, i -> {
                int from = i * chunk;
                int to = Math.min(n, from + chunk);
                if (symmetric) {
                    scalars.mirror(kernel, n, from, to, 1.0 / summed);
                } else if (summed > 1) {
                    scalars.scaled(kernel, from * m, 1.0 / summed, kernel, from * m, (to - from) * m);
                }
            });
        }

        private void place(Object part, int top, int bottom, int from, int to) {
            int[] down = places(rowPlaces, rowUnits.length, top, bottom);
            int[] across = places(columnPlaces, columnUnits.length, from, to);
            for (int i = 0; i < down.length; i++) {
                int known = onDiagonal(top, from) ? i + 1 : across.length;
                int at = i * across.length;
                scalars.scatterRow(part, at, 1.0 / summed, across, known, kernel, down[i] * stride);
                if (symmetric) {
                    scalars.scatterColumn(part, at, 1.0 / summed, across, known, kernel, down[i], stride);
                }
            }
        }

        private static int[] places(int[] all, int perSample, int from, int to) {
            return IntStream.range(0, all.length / perSample)
                    .flatMap(sample -> IntStream.range(from, to).map(row -> all[sample * perSample + row]))
                    .toArray();
        }
    }
}
