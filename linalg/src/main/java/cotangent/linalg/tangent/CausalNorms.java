package cotangent.linalg.tangent;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.Structure;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Prefix;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Gradient norms of outputs along an axis of time: the first ones do not depend on later inputs, so that of their gradients'
 * factors all later positions are zero. Outputs are taken in a few groups, each by a function cut off after its last
 * ({@link Prefix}): with many groups, half of the work of all at once.
 *
 * <p>Which axis that is, if any, is found by cutting: where half of the outputs need about half of the positions.
 */
public final class CausalNorms implements DiagonalRoute {
    /** More groups save little: g of them do (g + 1) / 2g of the work, and each is a program of its own. */
    private static final int GROUPS = 6;

    /** Half of the outputs must do with so much of the whole's cotangents. */
    private static final double WORTHWHILE = 0.65;

    private final Shape outputs;
    private final int axis;
    private final List<Group> groups;
    private final Tree[] inputs;

    /** Outputs {@code from, ..., to - 1} along the axis. */
    private record Group(int from, int to, SampleFactorProgram program) {}

    private CausalNorms(Shape outputs, int axis, List<Group> groups, Tree... inputs) {
        this.outputs = outputs;
        this.axis = axis;
        this.groups = List.copyOf(groups);
        this.inputs = inputs.clone();
    }

    /**
     * The norms by groups, if the function's output is a tensor with an axis of time.
     *
     * @param whole the function's program
     */
    public static Optional<CausalNorms> of(Fn function, int[] sampleAxes, SampleFactorProgram whole, Tree... inputs) {
        List<Structure> structures = Arrays.stream(inputs).map(Tree::structure).toList();
        Fn.Traced traced = function.trace(structures);
        if (traced.graph().outputs().size() != 1 || traced.graph()
                .nodes()
                .stream()
                .noneMatch(node -> node
                        .op() instanceof Op.Scan)) {
            return Optional.empty();
        }
        Shape outputs = traced.graph().outputs().getFirst().shape();
        for (int axis = 0; axis < outputs.rank(); axis++) {
            int extent = outputs.extent(axis);
            Optional<SampleFactorProgram> half = extent < 2
                    ? Optional.empty()
                    : program(function, sampleAxes, structures, axis, 0, extent / 2);
            if (half.isPresent() && half.get().cotangentSize() <= WORTHWHILE * whole.cotangentSize()) {
                List<Group> groups = groups(function, sampleAxes, structures, axis, extent);
                return groups.isEmpty() ? Optional.empty()
                        : Optional.of(new CausalNorms(outputs, axis, groups, inputs));
            }
        }
        return Optional.empty();
    }

    private static List<Group> groups(Fn function, int[] sampleAxes, List<Structure> structures, int axis, int extent) {
        List<Group> groups = new ArrayList<>();
        int count = Math.min(GROUPS, extent);
        for (int i = 0; i < count; i++) {
            int from = i * extent / count;
            int to = (i + 1) * extent / count;
            Optional<SampleFactorProgram> program = program(function, sampleAxes, structures, axis, from, to);
            if (program.isEmpty()) {
                return List.of();
            }
            groups.add(new Group(from, to, program.get()));
        }
        return groups;
    }

    private static Optional<SampleFactorProgram> program(Fn function, int[] sampleAxes, List<Structure> structures,
            int axis, int from, int to) {
        Fn cut = Fn.of("%s[%d:%d]".formatted(function.name(), from, to), function.arity(), in -> {
            Expr output = function.apply(in.toArray(Expr[]::new)).leaves().getFirst();
            return Prefix.of(output, axis, to).slice(axis, from, to);
        }).on(function.backend());
        return SampleFactorProgram.of(cut, sampleAxes, structures).program();
    }

    @Override
    public KernelCost cost() {
        Cost work = Cost.NONE;
        double bytes = 0;
        for (Group group : groups) {
            KernelCost cost = GradientNorms.cost(group.program);
            work = work.plus(cost.work());
            bytes = Math.max(bytes, cost.bytes());
        }
        return new KernelCost(work, bytes);
    }

    @Override
    public int passes() {
        return groups.stream().mapToInt(group -> group.program.units()).sum();
    }

    @Override
    public String route() {
        SampleFactorProgram first = groups.getFirst().program;
        return "exact: norms of the gradients of %d outputs of each of %d samples from their factors, in %d groups along time"
                .formatted(outputs.size() / first.samples(), first.samples(), groups.size());
    }

    @Override
    public double[][] squares(ProgressListener listener) {
        int passes = passes();
        int before = 0;
        double[][] squares = new double[groups.getFirst().program.leafCount()][outputs.size()];
        for (Group group : groups) {
            int done = before;
            double[][] part = GradientNorms.of(group.program.at(inputs))
                    .squares((some, all) -> listener.progressed(done
                            + some, passes));
            for (int leaf = 0; leaf < part.length; leaf++) {
                place(part[leaf], group, squares[leaf]);
            }
            before += group.program.units();
        }
        return squares;
    }

    /** Puts a group's outputs, flattened, where they lie among all. */
    private void place(double[] part, Group group, double[] all) {
        int extent = outputs.extent(axis);
        int inner = outputs.strides()[axis];
        int run = (group.to - group.from) * inner;
        for (int from = 0, to = group.from * inner; from < part.length; from += run, to += extent * inner) {
            System.arraycopy(part, from, all, to, run);
        }
    }
}
