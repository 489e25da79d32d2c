package cotangent.dsl.train;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches of rows: shuffled anew for each epoch, and known by number, so that a run can begin anywhere.
 *
 * <p>Epoch e goes through the rows in the order {@code Key.of(seed).fold(e).permutation(rows)}: batch i is the same rows
 * whatever was asked for before, on any machine. Immutable: the methods that choose something give a changed copy.
 */
public final class Minibatches {
    private final List<Tree> data;
    private final int rows;
    private final int size;
    private final long seed;
    private final boolean shuffled;
    private final boolean lastKept;
    private @Nullable Epoch latest;

    private record Epoch(long number, int[] order) {}

    private Minibatches(List<Tree> data, int rows, int size, long seed, boolean shuffled, boolean lastKept) {
        this.data = data;
        this.rows = rows;
        this.size = size;
        this.seed = seed;
        this.shuffled = shuffled;
        this.lastKept = lastKept;
    }

    /**
     * Batches of a data set, shuffled with seed 0, the smaller last one of an epoch kept.
     *
     * @param size rows of a batch; where the data have no more, each batch is all of them, in order
     * @param data trees of tensors whose first axis is the rows
     * @throws ShapeException     if a tensor has no rows or not as many as the first one
     * @throws CotangentException if the size is not positive
     */
    public static Minibatches of(int size, Tree... data) {
        if (size < 1) {
            throw new CotangentException("minibatches: expected at least one row in a batch, got " + size);
        }
        List<Tensor> leaves = Arrays.stream(data).flatMap(tree -> tree.leaves().stream()).toList();
        if (leaves.isEmpty() || leaves.getFirst().rank() == 0 || leaves.getFirst().shape().extent(0) == 0) {
            throw new ShapeException("minibatches: expected tensors with rows, got " + Arrays.stream(data)
                    .map(Tree::structure)
                    .toList());
        }
        int rows = leaves.getFirst().shape().extent(0);
        for (Tensor leaf : leaves) {
            if (leaf.rank() == 0 || leaf.shape().extent(0) != rows) {
                throw new ShapeException("minibatches: expected %d rows in every tensor, as in the first, got %s"
                        .formatted(rows, leaf.type()));
            }
        }
        return new Minibatches(List.of(data), rows, Math.min(size, rows), 0, true, true);
    }

    /** The same with another seed of the order. */
    public Minibatches seed(long other) {
        return new Minibatches(data, rows, size, other, shuffled, lastKept);
    }

    /** The same in the data's own order in every epoch. */
    public Minibatches inOrder() {
        return new Minibatches(data, rows, size, seed, false, lastKept);
    }

    /** The same without the rows that do not fill a last batch. */
    public Minibatches dropLast() {
        return new Minibatches(data, rows, size, seed, shuffled, false);
    }

    /** Seed of the order. */
    public long seed() {
        return seed;
    }

    /** Number of batches in an epoch. */
    public int perEpoch() {
        return lastKept ? Math.ceilDiv(rows, size) : rows / size;
    }

    /** Number of rows of a batch; batches are numbered from 0 through all epochs. */
    public int size(long batch) {
        return Math.min(size, rows - position(batch) * size);
    }

    private int position(long batch) {
        return (int) Math.floorMod(batch, (long) perEpoch());
    }

    /** Whether each batch is the whole data set, in order. */
    public boolean whole() {
        return size == rows;
    }

    /** The data as they were given. */
    public List<Tree> data() {
        return data;
    }

    /** The rows of a batch, by position in the data: I32. */
    public Tensor indices(long batch) {
        Tensor indices = Tensor.wrap(Shape.of(size(batch)), new int[size(batch)]);
        indices(batch, indices);
        return indices;
    }

    /** Writes the rows of a batch into a tensor of the caller's own that nobody else has. */
    void indices(long batch, Tensor into) {
        int[] order = order(Math.floorDiv(batch, (long) perEpoch()));
        System.arraycopy(order, position(batch) * size, Storage.ints(into), 0, size(batch));
    }

    private synchronized int[] order(long epoch) {
        Epoch known = latest;
        if (known == null || known.number() != epoch) {
            known = new Epoch(epoch, shuffled && !whole()
                    ? Key.of(seed).fold(epoch).permutation(rows).toInts()
                    : IntStream.range(0, rows).toArray());
            latest = known;
        }
        return known.order();
    }

    /** The rows of a batch, gathered from the data: one tree per tree of the data. */
    public Tree[] batch(long number) {
        if (whole()) {
            return data.toArray(Tree[]::new);
        }
        Tensor indices = indices(number);
        return data.stream()
                .map(tree -> tree.structure()
                        .build(tree.leaves().stream().map(leaf -> leaf.gather(0, indices)).toList()))
                .toArray(Tree[]::new);
    }

    /**
     * A loss of (parameters, batch...) as one of (parameters, data..., indices): it gathers the rows itself, so that a step
     * takes nothing but their positions.
     */
    public Fn gathered(Fn loss) {
        return Fn.of(loss.name(), loss.arity() + 1, in -> {
            Expr indices = in.getLast();
            Expr[] arguments = in.subList(0, in.size() - 1).toArray(Expr[]::new);
            for (int i = 1; i < arguments.length; i++) {
                Expr tree = arguments[i];
                arguments[i] = Expr.tree(tree.structure(), tree.leaves()
                        .stream()
                        .map(leaf -> leaf.gather(0, indices))
                        .toList());
            }
            return loss.apply(arguments);
        }).on(loss.backend());
    }

    @Override
    public String toString() {
        return "minibatches of %d of %d rows, %d per epoch, %s".formatted(size, rows, perEpoch(), shuffled
                ? "seed " + seed
                : "in order");
    }
}
