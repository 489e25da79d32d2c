package cotangent.dsl;

import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value inside a function that is being traced: one output of a graph node, or a tree of such values.
 *
 * <p>A tensor-valued expression has the fluent operations of {@link Array}; a tree-valued one (parameters or a tuple)
 * has {@link #get(String)} and {@link #get(int)}. Expressions are immutable; two are equal if they are the same output
 * of the same node.
 */
public final class Expr implements Array<Expr> {
    private final @Nullable Node node;
    private final int index;
    private final Structure structure;
    private final List<Expr> leaves;

    private Expr(@Nullable Node node, int index, Structure structure, List<Expr> leaves) {
        this.node = node;
        this.index = index;
        this.structure = structure;
        this.leaves = leaves;
    }

    /** Output {@code index} of a node. */
    public static Expr of(Node node, int index) {
        return new Expr(node, index, new Structure.Leaf(node.types().get(index)), List.of());
    }

    /** A fresh input of a graph. */
    public static Expr input(TensorType type) {
        return Node.of(new Op.Input(type), List.of()).output(0);
    }

    /** A tensor known while the graph is built. */
    public static Expr of(Tensor tensor) {
        return Node.of(new Op.Constant(tensor), List.of()).output(0);
    }

    /** {@code 0, 1, 2, ...} along an axis, repeated along the others. */
    public static Expr iota(TensorType type, int axis) {
        return Node.of(new Op.Iota(type, axis), List.of()).output(0);
    }

    /** A tree from its leaves, in the structure's order. */
    public static Expr tree(Structure structure, List<Expr> leaves) {
        return structure instanceof Structure.Leaf
                ? leaves.getFirst()
                : new Expr(null, 0, structure, List.copyOf(
                        leaves));
    }

    /** Several values as one, for a function that returns more than one. */
    public static Expr tuple(Expr... parts) {
        return tree(Structure.Tuple.of(Arrays.stream(parts).map(Expr::structure).toList()),
                Arrays.stream(parts)
                        .flatMap(
                                part -> part.leaves().stream())
                        .toList());
    }

    /** Named values as one, for a function that returns them; the order is the map's. */
    public static Expr params(Map<String, Expr> entries) {
        Map<String, Structure> structures = new LinkedHashMap<>();
        entries.forEach((name, entry) -> structures.put(name, entry.structure()));
        return tree(Structure.Named.of(structures), entries.values()
                .stream()
                .flatMap(entry -> entry.leaves().stream())
                .toList());
    }

    /** The parts one after the other along an axis. */
    public static Expr concat(int axis, Expr... parts) {
        return Joining.concat(axis, Arrays.asList(parts));
    }

    /** The parts, of one shape, side by side along a new axis at position {@code axis} of the result. */
    public static Expr stack(int axis, Expr... parts) {
        return Joining.stack(axis, Arrays.asList(parts));
    }

    /**
     * A loop over time, compiled once whatever its length; differentiable in both modes.
     *
     * @param step      from (carry, entry of the sequences) to the tuple (next carry, anything); it may use values from
     *                  outside
     * @param initial   the first carry, a tensor or a tree
     * @param sequences a tensor or a tree of tensors whose first axis is time
     * @return the tuple (last carry, what the steps gave, stacked along a first axis of time)
     * @throws ShapeException if lengths differ, or a step's carry has not the structure of the first one
     */
    public static Expr scan(Fn.Binary step, Expr initial, Expr sequences) {
        return Scanning.scan(step, initial, sequences, false);
    }

    /** As {@link #scan}, from the last entries to the first; what is stacked stays where its entry was. */
    public static Expr scanReversed(Fn.Binary step, Expr initial, Expr sequences) {
        return Scanning.scan(step, initial, sequences, true);
    }

    /** The named entry of a tree of parameters. */
    public Expr get(String name) {
        if (structure instanceof Structure.Named named) {
            return select(named.position(name), named.children());
        }
        throw new ShapeException("get(\"%s\"): expected parameters, got %s (%s)".formatted(name, structure, SourceLine
                .current()));
    }

    /** The entry of a tree at a position. */
    public Expr get(int position) {
        List<Structure> children = structure.children();
        if (position < 0 || position >= children.size()) {
            throw new ShapeException(
                    "get(%d): expected a tree with at least %d entries, got %s (%s)".formatted(position,
                            position + 1, structure, SourceLine.current()));
        }
        return select(position, children);
    }

    private Expr select(int position, List<Structure> children) {
        int from = children.subList(0, position).stream().mapToInt(Structure::leafCount).sum();
        Structure child = children.get(position);
        return tree(child, leaves.subList(from, from + child.leafCount()));
    }

    /** The tree's structure; a tensor is a leaf. */
    public Structure structure() {
        return structure;
    }

    /** The tensor-valued expressions of the tree, in order; of a tensor, itself. */
    public List<Expr> leaves() {
        return node == null ? leaves : List.of(this);
    }

    /** The node that computes this tensor-valued expression. */
    public Node node() {
        if (node == null) {
            throw new ShapeException("expected a tensor, got %s; choose an entry with get (%s)".formatted(structure,
                    SourceLine.current()));
        }
        return node;
    }

    /** Which of the node's outputs this is. */
    public int index() {
        return index;
    }

    @Override
    public TensorType type() {
        return node().types().get(index);
    }

    @Override
    public Expr operation(Op op, List<Expr> inputs) {
        return Node.of(op, inputs).output(0);
    }

    @Override
    public Expr constant(Tensor tensor) {
        return of(tensor);
    }

    @Override
    public Expr self() {
        return this;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Expr that) || node != that.node || index != that.index) {
            return false;
        }
        return node != null || (structure.equals(that.structure) && leaves.equals(that.leaves));
    }

    @Override
    public int hashCode() {
        return node == null ? leaves.hashCode() : System.identityHashCode(node) + index;
    }

    @Override
    public String toString() {
        return node == null ? structure.toString() : node.op().label() + " : " + type() + " (" + node.source() + ")";
    }
}
