package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.DeviceBuffer;
import cotangent.tornado.device.DeviceBuffer.Role;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Dialect;
import cotangent.tornado.device.Place;
import cotangent.tornado.kernel.ClockKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a plan into buffers and launches: every slot of a call's arrays is a buffer of the device, and a loop over time is a
 * plan of its own whose sequences are parts of the outer plan's buffers that move with the clock.
 */
final class DevicePlanner {
    private final Dialect dialect;
    private final List<DeviceBuffer> buffers = new ArrayList<>();
    private final Map<Fill, Place> fills = new HashMap<>();
    private int deepest;

    private record Fill(DType dtype, double value) {}

    private DevicePlanner(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * A plan for a device; buffers with the numbers of the plan's slots come first.
     *
     * @param plan a plan of separate steps, see {@link cotangent.dsl.compile.Planner#SEPARATE_STEPS}
     */
    static DevicePlan plan(Plan plan, Dialect dialect) {
        DevicePlanner planner = new DevicePlanner(dialect);
        Place[] slots = new Place[plan.slots()];
        for (Buffer input : plan.inputs()) {
            slots[input.slot()] = planner.buffer(input.dtype(), input.size(), Role.INPUT, null);
        }
        planner.own(plan, slots, Role.OUTPUT);
        List<Action> actions = planner.actions(plan, slots, 0);
        return new DevicePlan(List.copyOf(planner.buffers), actions, planner.deepest);
    }

    private Place buffer(DType dtype, int size, Role role, @Nullable Tensor constant) {
        DeviceBuffer buffer = new DeviceBuffer(buffers.size(), dtype, size, role, constant);
        buffers.add(buffer);
        return new Place(buffer.number(), 0);
    }

    /** Buffers for what a plan does not get from outside. */
    private void own(Plan plan, Place[] slots, Role fresh) {
        plan.constants()
                .forEach(constant -> slots[constant.slot()] = buffer(constant.dtype(), constant.size(), Role.CONSTANT,
                        constant.value()));
        plan.fresh().forEach(made -> slots[made.slot()] = buffer(made.dtype(), made.size(), fresh, null));
        plan.arenas().forEach(arena -> slots[arena.slot()] = buffer(arena.dtype(), arena.size(), Role.WORKSPACE, null));
    }

    private List<Action> actions(Plan plan, Place[] slots, int depth) {
        deepest = Math.max(deepest, depth);
        Place[] within = Arrays.stream(slots).map(place -> place.within(depth)).toArray(Place[]::new);
        Frame frame = new Frame(within, depth, dialect, new ArrayList<>());
        plan.steps().forEach(step -> step(step, frame));
        return frame.actions();
    }

    private void step(Step step, Frame frame) {
        switch (step) {
            case Step.Loop loop -> new LoopLaunches(frame).loop(loop);
            case Step.Copy copy -> new LoopLaunches(frame).copy(copy.from(), copy.to());
            case Step.Fill fill -> new LoopLaunches(frame).fill(number(fill.to().dtype(), fill.value()).within(frame
                    .depth()), fill.to());
            case Step.Product product -> new PrimitiveLaunches(frame).product(product);
            case Step.Primitive primitive -> new PrimitiveLaunches(frame).primitive(primitive);
            case Step.Scan scan -> scan(scan, frame);
            case Step.FusedProduct ignored -> throw new IllegalArgumentException("a device wants separate steps");
            case Step.Rows ignored -> throw new IllegalArgumentException("a device wants separate steps");
        }
    }

    /** A constant of one element. */
    private Place number(DType dtype, double value) {
        return fills.computeIfAbsent(new Fill(dtype, value), key -> buffer(dtype, 1, Role.CONSTANT, switch (dtype) {
            case F32 -> Tensor.of(Shape.SCALAR, (float) value);
            case F64 -> Tensor.of(Shape.SCALAR, value);
            case I32 -> Tensor.of(Shape.SCALAR, (int) value);
            case BOOL -> Tensor.of(Shape.SCALAR, value != 0);
        }));
    }

    /**
     * Carries are buffers of the loop's own: filled before it, overwritten at the end of every step when all results of the
     * step are there, and read after it. What is stacked is copied to its entry.
     */
    private void scan(Step.Scan step, Frame outer) {
        Op.Scan loop = step.loop();
        Plan body = step.body();
        int depth = outer.depth() + 1;
        Place[] slots = new Place[body.slots()];
        for (int i = 0; i < step.inputs().size(); i++) {
            View input = step.inputs().get(i);
            int slot = body.inputs().get(i).slot();
            Place place = outer.place(input).within(depth);
            boolean moves = i >= loop.carries() && i < loop.carries() + loop.sequences();
            slots[slot] = i < loop.carries()
                    ? buffer(input.dtype(), input.size(), Role.WORKSPACE, null)
                    : moves ? place.moving(body.inputs().get(i).size())
                    : place;
            if (i < loop.carries()) {
                new LoopLaunches(outer).copy(outer.place(input), slots[slot].within(outer.depth()), input.dtype(), input
                        .size());
            }
        }
        own(body, slots, Role.WORKSPACE);
        List<Action> actions = actions(body, slots, depth);
        Place[] within = Arrays.stream(slots).map(place -> place.within(depth)).toArray(Place[]::new);
        passOn(step, new Frame(within, depth, dialect, actions), outer);
        if (loop.length() > 0) {
            int first = loop.reverse() ? loop.length() - 1 : 0;
            clock(new ClockKernel(false), outer.depth(), first, outer.actions());
            clock(new ClockKernel(true), outer.depth(), loop.reverse() ? -1 : 1, actions);
            outer.actions().add(new Action.Repeat(outer.depth(), loop.length(), loop.reverse(), List.copyOf(actions)));
        }
        for (int i = 0; i < loop.carries(); i++) {
            View output = step.outputs().get(i);
            Place carry = slots[body.inputs().get(i).slot()].within(outer.depth());
            new LoopLaunches(outer).copy(carry, outer.place(output), output.dtype(), output.size());
        }
    }

    private void clock(ClockKernel kernel, int level, int step, List<Action> actions) {
        new Frame(new Place[0], 0, dialect, actions).launch(kernel, new Geometry().add(level, step), new Arguments(),
                1);
    }

    /** The end of a step: entries to their stacks, then new carries, those first that come from carries, by way of copies. */
    private void passOn(Step.Scan step, Frame inner, Frame outer) {
        int carries = step.loop().carries();
        List<View> results = step.body().results();
        LoopLaunches launches = new LoopLaunches(inner);
        for (int i = carries; i < results.size(); i++) {
            View result = results.get(i);
            Place entry = outer.place(step.outputs().get(i)).within(inner.depth()).moving(result.size());
            launches.copy(inner.place(result), entry, result.dtype(), result.size());
        }
        Place[] from = new Place[carries];
        for (int i = 0; i < carries; i++) {
            View result = results.get(i);
            from[i] = inner.place(result);
            if (result.buffer().kind() == Buffer.Kind.INPUT && result.buffer() != step.body().inputs().get(i)) {
                from[i] = buffer(result.dtype(), result.size(), Role.WORKSPACE, null).within(inner.depth());
                launches.copy(inner.place(result), from[i], result.dtype(), result.size());
            }
        }
        for (int i = 0; i < carries; i++) {
            View result = results.get(i);
            Place carry = inner.slots()[step.body().inputs().get(i).slot()];
            if (carry.buffer() != from[i].buffer()) {
                launches.copy(from[i], carry, result.dtype(), result.size());
            }
        }
    }
}
