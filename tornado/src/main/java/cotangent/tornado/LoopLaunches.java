package cotangent.tornado;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.compile.Region;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.simd.LaneType;
import cotangent.dsl.simd.Lowering;
import cotangent.tornado.device.Place;
import cotangent.tornado.kernel.Operand;
import cotangent.tornado.kernel.PointKernel;
import cotangent.tornado.kernel.ReductionKernel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The launches of a loop nest: one for all it stores, and one for all it reduces over the same axes. Reductions go first,
 * since what is stored may take the place of what was loaded.
 */
final class LoopLaunches {
    /** Results up to which, and points per result from which, a work group makes each. */
    private static final int FEW = 4096;
    private static final int MANY = 256;

    private final Frame frame;

    LoopLaunches(Frame frame) {
        this.frame = frame;
    }

    void loop(Step.Loop loop) {
        List<Region.Root> roots = loop.region().roots();
        List<Integer> stored = new ArrayList<>();
        Map<Axes, List<Integer>> reduced = new LinkedHashMap<>();
        for (int i = 0; i < roots.size(); i++) {
            if (roots.get(i).reduction() == null) {
                stored.add(i);
            } else {
                reduced.computeIfAbsent(roots.get(i).axes(), key -> new ArrayList<>()).add(i);
            }
        }
        reduced.forEach((axes, group) -> reduce(loop, axes, PartialRegion.of(loop.region(), group)));
        if (!stored.isEmpty()) {
            store(loop, PartialRegion.of(loop.region(), stored));
        }
    }

    /** Copies elements. */
    void copy(View from, View to) {
        Region identity = new Region(to.shape(), List.of(from.dtype()), List.of(), List.of(new Region.Root(0, null, Axes
                .of())));
        store(new Step.Loop(identity, List.of(from), List.of(to)), PartialRegion.of(identity, List.of(0)));
    }

    /** Copies so many adjacent elements. */
    void copy(Place from, Place to, DType dtype, int count) {
        move(from, new int[]{1}, to, new int[]{1}, dtype, new LoopAxes(List.of(count), List.of()));
    }

    /** Gives every element of a view the one element of a place. */
    void fill(Place value, View to) {
        LoopAxes axes = LoopAxes.of(IntStream.range(0, to.shape().rank()).toArray(), to.shape().toArray(), List.of(to));
        move(value, new int[axes.rank()], frame.place(to), axes.strides(0), to.dtype(), axes);
    }

    private void move(Place from, int[] fromStrides, Place to, int[] toStrides, DType dtype, LoopAxes axes) {
        Region identity = new Region(Shape.of(axes.size()), List.of(dtype), List.of(), List.of(new Region.Root(0, null,
                Axes.of())));
        Arguments arguments = new Arguments();
        Operand in = arguments.operand(from, dtype);
        Operand out = arguments.operand(to, dtype);
        Geometry geometry = new Geometry().add(axes.size())
                .add(axes)
                .add(from)
                .add(fromStrides)
                .add(to)
                .add(
                        toStrides);
        launch(identity, List.of(in), List.of(out), axes.rank(), geometry, arguments, axes.size());
    }

    private void store(Step.Loop loop, PartialRegion part) {
        List<View> views = views(loop, part);
        int[] shape = loop.region().shape().toArray();
        LoopAxes axes = LoopAxes.of(IntStream.range(0, shape.length).toArray(), shape, views);
        Arguments arguments = new Arguments();
        Geometry geometry = new Geometry().add(axes.size()).add(axes);
        List<Operand> operands = new ArrayList<>();
        for (int k = 0; k < views.size(); k++) {
            Place place = frame.place(views.get(k));
            operands.add(arguments.operand(place, views.get(k).dtype()));
            geometry.add(place).add(axes.strides(k));
        }
        int inputs = part.inputs().size();
        launch(part.region(), operands.subList(0, inputs), operands.subList(inputs, operands.size()), axes.rank(),
                geometry, arguments, axes.size());
    }

    private void launch(Region region, List<Operand> inputs, List<Operand> stored, int rank, Geometry geometry,
            Arguments arguments, int count) {
        if (count == 0) {
            return;
        }
        Lowering.Result lowered = lowered(region);
        List<PointKernel.Output> outputs = new ArrayList<>();
        for (int k = 0; k < stored.size(); k++) {
            int value = lowered.values().get(region.roots().get(k).value()).id();
            outputs.add(new PointKernel.Output(value, stored.get(k)));
        }
        frame.launch(new PointKernel(lowered.program(), List.copyOf(inputs), outputs, arguments.dtypes(), rank, frame
                .depth()), geometry, arguments, count);
    }

    private Lowering.Result lowered(Region region) {
        return Lowering.of(region, (function, type) -> type.isFloating() && frame.dialect()
                .calls(function, type == LaneType.F64 ? DType.F64 : DType.F32));
    }

    private static List<View> views(Step.Loop loop, PartialRegion part) {
        return Stream.concat(part.inputs().stream().map(loop.inputs()::get), part.roots()
                .stream()
                .map(loop.outputs()::get)).toList();
    }

    private void reduce(Step.Loop loop, Axes over, PartialRegion part) {
        List<View> views = views(loop, part);
        int[] shape = loop.region().shape().toArray();
        LoopAxes kept = LoopAxes.of(over.complement(shape.length).toArray(), shape, views);
        LoopAxes reduced = LoopAxes.of(over.sorted().toArray(), shape, views);
        if (kept.size() == 0 || reduced.size() == 0) {
            return;
        }
        boolean shared = kept.size() <= FEW && reduced.size() >= MANY;
        Arguments arguments = new Arguments();
        Geometry geometry = new Geometry().add(kept.size(), reduced.size()).add(kept).add(reduced);
        List<Operand> operands = new ArrayList<>();
        for (int k = 0; k < views.size(); k++) {
            Place place = frame.place(views.get(k));
            operands.add(arguments.operand(place, views.get(k).dtype()));
            geometry.add(place).add(kept.strides(k)).add(reduced.strides(k));
        }
        int inputs = part.inputs().size();
        Lowering.Result lowered = lowered(part.region());
        List<ReductionKernel.Output> outputs = new ArrayList<>();
        for (int k = 0; k < part.roots().size(); k++) {
            Region.Root root = part.region().roots().get(k);
            outputs.add(new ReductionKernel.Output(lowered.values().get(root.value()).id(), Objects.requireNonNull(root
                    .reduction()), operands.get(inputs + k)));
        }
        ReductionKernel spec = new ReductionKernel(lowered.program(), List.copyOf(operands.subList(0, inputs)), outputs,
                arguments.dtypes(), kept.rank(), reduced.rank(), shared, frame.depth());
        if (shared) {
            frame.launchGroups(spec, geometry, arguments, kept.size(), frame.dialect().group());
        } else {
            frame.launch(spec, geometry, arguments, kept.size());
        }
    }
}
