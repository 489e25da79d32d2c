package cotangent.dsl;

import cotangent.dsl.Fn.Traced;
import cotangent.dsl.autodiff.Batching;
import cotangent.dsl.autodiff.ForwardMode;
import cotangent.dsl.autodiff.ReverseMode;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The transformations of {@link Fn} on traced functions, with trees flattened on the way in and built on the way out. */
final class Derivatives {
    private Derivatives() {}

    /** (value, gradient with respect to the inputs {@code argnums}) of a scalar-valued function. */
    static Expr gradient(String name, Traced traced, List<Expr> inputs, int... argnums) {
        Structure result = traced.result();
        if (!(result instanceof Structure.Leaf leaf) || leaf.type().rank() != 0 || !leaf.type().dtype().isFloating()) {
            throw new ShapeException(
                    "%s.grad: expected a scalar of f32 or f64 as the function's value, got %s; reduce it "
                            .formatted(name, result) + "with sum or mean, or use jacrev");
        }
        Expr one = Expr.of(Tensor.scalar(1, leaf.type().dtype()));
        return pullback(name, traced, inputs, one, argnums);
    }

    /** (value, cotangents of the inputs {@code argnums}). */
    static Expr pullback(String name, Traced traced, List<Expr> inputs, Expr cotangent, int... argnums) {
        requireStructure(name + ".vjp: the cotangent", cotangent, traced.result());
        int[] chosen = argnums.length == 0 ? new int[]{0} : argnums;
        int[] varying = java.util.Arrays.stream(chosen)
                .flatMap(argnum -> leafPositions(name, traced, argnum))
                .toArray();
        requireDifferentiable(name, traced, varying);
        List<Expr> pulled = ReverseMode.cotangents(traced.graph(), varying, cotangent.leaves());
        List<Expr> all = new ArrayList<>(traced.graph().outputs());
        all.addAll(pulled);
        List<Expr> called = Graph.of(traced.graph().inputs(), all).call(leaves(inputs));
        int count = traced.result().leafCount();
        List<Expr> trees = new ArrayList<>();
        int from = count;
        for (int argnum : chosen) {
            Structure structure = traced.inputs().get(argnum);
            trees.add(Expr.tree(structure, called.subList(from, from + structure.leafCount())));
            from += structure.leafCount();
        }
        Expr gradients = trees.size() == 1 ? trees.getFirst() : Expr.tuple(trees.toArray(Expr[]::new));
        return Expr.tuple(Expr.tree(traced.result(), called.subList(0, count)), gradients);
    }

    /** (value, tangent); a tangent of {@code null} is zero. */
    static Expr pushforward(String name, Traced traced, List<Expr> inputs, List<? extends @Nullable Expr> tangents) {
        List<@Nullable Expr> seeds = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Expr tangent = tangents.get(i);
            Structure structure = traced.inputs().get(i);
            if (tangent != null) {
                requireStructure(name + ".jvp: tangent " + i, tangent, structure);
            }
            for (int leaf = 0; leaf < structure.leafCount(); leaf++) {
                boolean varies = tangent != null && structure.types().get(leaf).dtype().isFloating();
                seeds.add(varies ? tangent.leaves().get(leaf) : null);
            }
        }
        List<Expr> outputs = new ArrayList<>(traced.graph().outputs());
        outputs.addAll(ReverseMode.dense(ForwardMode.tangents(traced.graph(), seeds), traced.graph().outputTypes()));
        List<Expr> called = Graph.of(traced.graph().inputs(), outputs).call(leaves(inputs));
        int count = traced.result().leafCount();
        return Expr.tuple(Expr.tree(traced.result(), called.subList(0, count)),
                Expr.tree(traced.result(), called.subList(
                        count, 2 * count)));
    }

    /** The Jacobian with respect to one input, a column at a time. */
    static Expr jacobianForward(String name, Traced traced, List<Expr> inputs, int argnum) {
        int[] varying = leafPositions(name, traced, argnum).toArray();
        requireDifferentiable(name, traced, varying);
        Graph graph = traced.graph();
        List<List<Expr>> columns = new ArrayList<>();
        for (int position : varying) {
            TensorType type = graph.inputs().get(position).type();
            Expr tangent = Expr.input(type);
            List<@Nullable Expr> seeds = ReverseMode.zeros(graph.inputs().size());
            seeds.set(position, tangent);
            Graph push = Graph.of(List.of(tangent),
                    ReverseMode.dense(ForwardMode.tangents(graph, seeds), graph.outputTypes()));
            columns.add(Batching.vmap(push, new int[]{0}, type.size(), 0)
                    .call(List.of(basis(type)))
                    .stream()
                    .map(
                            column -> column.moveAxis(0, -1).reshape(withoutLast(column).then(type.shape())))
                    .toList());
        }
        List<Expr> blocks = IntStream.range(0, graph.outputs().size())
                .boxed()
                .flatMap(output -> columns.stream()
                        .map(
                                column -> column.get(output)))
                .toList();
        return jacobianTree(traced, inputs, argnum, blocks);
    }

    private static Shape withoutLast(Expr column) {
        return column.shape().without(Axes.of(0));
    }

    /** The Jacobian with respect to one input, a row at a time. */
    static Expr jacobianReverse(String name, Traced traced, List<Expr> inputs, int argnum) {
        int[] varying = leafPositions(name, traced, argnum).toArray();
        requireDifferentiable(name, traced, varying);
        Graph graph = traced.graph();
        List<Expr> blocks = new ArrayList<>();
        for (int output = 0; output < graph.outputs().size(); output++) {
            TensorType type = graph.outputs().get(output).type();
            Expr cotangent = Expr.input(type);
            List<@Nullable Expr> cotangents = ReverseMode.zeros(graph.outputs().size());
            cotangents.set(output, cotangent);
            Graph pull = Graph.of(List.of(cotangent), ReverseMode.cotangents(graph, varying, cotangents));
            Batching.vmap(pull, new int[]{0}, type.size(), 0)
                    .call(List.of(basis(type)))
                    .forEach(row -> blocks.add(row
                            .reshape(type.shape().then(row.shape().without(Axes.of(0))))));
        }
        return jacobianTree(traced, inputs, argnum, blocks);
    }

    /** The identity as a batch of tensors of a type. */
    private static Expr basis(TensorType type) {
        return Expr.of(Tensor.eye(type.size(), type.dtype())).reshape(type.shape().insert(0, type.size()));
    }

    /** A tree like the output with, in place of each leaf, a tree like the input. */
    private static Expr jacobianTree(Traced traced, List<Expr> inputs, int argnum, List<Expr> blocks) {
        List<Expr> called = Graph.of(traced.graph().inputs(), blocks).call(leaves(inputs));
        return nest(traced.result(), traced.inputs().get(argnum), called);
    }

    private static Expr nest(Structure outer, Structure inner, List<Expr> blocks) {
        if (outer instanceof Structure.Leaf) {
            return Expr.tree(retyped(inner, blocks), blocks);
        }
        List<Expr> parts = new ArrayList<>();
        int from = 0;
        for (Structure child : outer.children()) {
            int to = from + child.leafCount() * inner.leafCount();
            parts.add(nest(child, inner, blocks.subList(from, to)));
            from = to;
        }
        return joined(outer, parts);
    }

    /** A tree with the names or positions of {@code structure} and the given parts as its entries. */
    private static Expr joined(Structure structure, List<Expr> parts) {
        List<Structure> children = parts.stream().map(Expr::structure).toList();
        Structure whole = structure instanceof Structure.Named named
                ? new Structure.Named(named.names(), children)
                : new Structure.Tuple(children);
        return Expr.tree(whole, leaves(parts));
    }

    /** The structure with the types of the given leaves. */
    private static Structure retyped(Structure structure, List<Expr> leaves) {
        if (structure instanceof Structure.Leaf) {
            return new Structure.Leaf(leaves.getFirst().type());
        }
        List<Expr> parts = new ArrayList<>();
        int from = 0;
        for (Structure child : structure.children()) {
            List<Expr> part = leaves.subList(from, from + child.leafCount());
            parts.add(Expr.tree(retyped(child, part), part));
            from += child.leafCount();
        }
        return joined(structure, parts).structure();
    }

    /** The function over a batch. */
    static Expr batch(String name, Function<List<Structure>, Traced> trace, List<Expr> inputs, int[] axes,
            int outAxis) {
        int size = batchSize(name, inputs, axes);
        List<Structure> inner = new ArrayList<>();
        List<Integer> leafAxes = new ArrayList<>();
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i];
            List<Expr> leaves = inputs.get(i)
                    .leaves()
                    .stream()
                    .map(leaf -> axis == Fn.UNMAPPED
                            ? leaf
                            : Expr.input(leaf.type().with(leaf.shape().without(Axes.of(axis)))))
                    .toList();
            inner.add(retyped(inputs.get(i).structure(), leaves));
            leaves.forEach(leaf -> leafAxes.add(axis));
        }
        Traced traced = trace.apply(inner);
        Graph batched = Batching.vmap(traced.graph(), leafAxes.stream().mapToInt(Integer::intValue).toArray(), size,
                outAxis);
        List<Expr> called = batched.call(leaves(inputs));
        return Expr.tree(retyped(traced.result(), called), called);
    }

    private static int batchSize(String name, List<Expr> inputs, int[] axes) {
        int size = -1;
        for (int i = 0; i < axes.length; i++) {
            for (Expr leaf : inputs.get(i).leaves()) {
                if (axes[i] == Fn.UNMAPPED) {
                    continue;
                }
                if (axes[i] < 0 || axes[i] >= leaf.rank()) {
                    throw new ShapeException(
                            "%s.vmap: input %d has no axis %d; it is %s".formatted(name, i, axes[i], leaf
                                    .type()));
                }
                int extent = leaf.shape().extent(axes[i]);
                if (size >= 0 && size != extent) {
                    throw new ShapeException(
                            "%s.vmap: batch sizes differ: input %d has %d, an earlier one %d".formatted(
                                    name, i, extent, size));
                }
                size = extent;
            }
        }
        if (size < 0) {
            throw new ShapeException(name + ".vmap: at least one input must have a batch axis");
        }
        return size;
    }

    /** A function with a derivative rule of its own. */
    static Expr custom(String name, Traced traced, List<Expr> inputs, Fn rule) {
        Op.JvpRule leafRule = (primals, outputs, tangents) -> {
            List<Expr> arguments = new ArrayList<>(trees(traced.inputs(), primals));
            arguments.addAll(trees(traced.inputs(), tangents));
            Expr tangent = rule.apply(arguments.toArray(Expr[]::new));
            requireStructure(name + ".customJvp: the rule's result", tangent, traced.result());
            return tangent.leaves();
        };
        Node node = Node.of(new Op.Custom(name, traced.graph(), leafRule), leaves(inputs));
        return Expr.tree(traced.result(), IntStream.range(0, node.types().size()).mapToObj(node::output).toList());
    }

    private static List<Expr> trees(List<Structure> structures, List<Expr> leaves) {
        List<Expr> trees = new ArrayList<>();
        int from = 0;
        for (Structure structure : structures) {
            trees.add(Expr.tree(structure, leaves.subList(from, from + structure.leafCount())));
            from += structure.leafCount();
        }
        return trees;
    }

    private static List<Expr> leaves(List<Expr> trees) {
        return trees.stream().flatMap(tree -> tree.leaves().stream()).toList();
    }

    private static IntStream leafPositions(String name, Traced traced, int argnum) {
        List<Structure> inputs = traced.inputs();
        if (argnum < 0 || argnum >= inputs.size()) {
            throw new ShapeException(
                    "%s: no input %d to differentiate; it has %d".formatted(name, argnum, inputs.size()));
        }
        int from = inputs.subList(0, argnum).stream().mapToInt(Structure::leafCount).sum();
        return IntStream.range(from, from + inputs.get(argnum).leafCount());
    }

    private static void requireDifferentiable(String name, Traced traced, int... positions) {
        for (int position : positions) {
            TensorType type = traced.graph().inputs().get(position).type();
            if (!type.dtype().isFloating()) {
                throw new ShapeException(
                        "%s: cannot differentiate with respect to %s; expected f32 or f64".formatted(name,
                                type));
            }
        }
    }

    private static void requireStructure(String what, Expr actual, Structure expected) {
        if (!actual.structure().equals(expected)) {
            throw new ShapeException("%s must be %s, got %s".formatted(what, expected, actual.structure()));
        }
    }
}
