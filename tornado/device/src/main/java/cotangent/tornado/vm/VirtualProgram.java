package cotangent.tornado.vm;

import cotangent.dsl.DType;
import cotangent.dsl.kernel.Philox;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceBuffer;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Status;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A plan as task graphs of one execution plan. Buffers belong to graphs that only move them: one for everything that is
 * moved once, and one for each buffer that is moved again, which are the inputs, the clock and the status. All other graphs
 * consume and persist what they use, so that nothing else leaves the device.
 */
final class VirtualProgram implements Device.Program {
    private final DevicePlan plan;
    private final TornadoNativeArray[] arrays;
    private final IntArray clock;
    private final IntArray status = HostArrays.integers(new int[Status.SIZE]);
    private final Graphs graphs;
    private final int held;
    private final Map<Object, Integer> movers = new IdentityHashMap<>();
    private final List<Stage> stages;
    private final TornadoExecutionPlan execution;
    /** By array, the result of the last graph that used it. */
    private final Map<Object, TornadoExecutionResult> results = new IdentityHashMap<>();
    private boolean ready;

    /** Part of a run. */
    @FunctionalInterface
    private interface Stage {
        void run();
    }

    VirtualProgram(DevicePlan plan, TornadoDevice device) {
        this.plan = plan;
        this.arrays = plan.buffers()
                .stream()
                .map(buffer -> HostArrays.allocate(buffer.dtype(), buffer.size()))
                .toArray(
                        TornadoNativeArray[]::new);
        this.clock = HostArrays.integers(new int[Math.max(1, plan.depth())]);
        Set<Integer> moved = new TreeSet<>();
        plan.buffers()
                .stream()
                .filter(buffer -> buffer.role() == DeviceBuffer.Role.INPUT)
                .forEach(buffer -> moved.add(buffer
                        .number()));
        drawn(plan.actions(), moved);
        this.graphs = new Graphs(arrays, clock, status);
        List<TornadoNativeArray> once = new ArrayList<>();
        for (int i = 0; i < arrays.length; i++) {
            if (!moved.contains(i)) {
                once.add(arrays[i]);
            }
        }
        this.held = once.isEmpty() ? -1 : graphs.move(once);
        moved.forEach(number -> movers.put(arrays[number], graphs.move(List.of(arrays[number]))));
        movers.put(clock, graphs.move(List.of(clock)));
        movers.put(status, graphs.move(List.of(status)));
        this.stages = stages(plan.actions());
        this.execution = graphs.plan(device);
    }

    private static void drawn(List<Action> actions, Set<Integer> numbers) {
        for (Action action : actions) {
            switch (action) {
                case Action.Draw draw -> numbers.add(draw.to().buffer());
                case Action.Repeat repeat -> drawn(repeat.actions(), numbers);
                case Action.Launch ignored -> {}
            }
        }
    }

    private List<Stage> stages(List<Action> actions) {
        List<Stage> made = new ArrayList<>();
        List<Action> open = new ArrayList<>();
        for (Action action : actions) {
            if (action instanceof Action.Launch) {
                open.add(action);
                continue;
            }
            launch(open, made);
            open.clear();
            switch (action) {
                case Action.Repeat repeat -> {
                    List<Stage> inner = stages(repeat.actions());
                    made.add(() -> repeat(repeat, inner));
                }
                case Action.Draw draw -> made.add(() -> draw(draw));
                case Action.Launch ignored -> throw new AssertionError(action);
            }
        }
        launch(open, made);
        return made;
    }

    private void launch(List<Action> launches, List<Stage> made) {
        for (List<Action.Launch> graph : DevicePlan.graphs(launches)) {
            int number = graphs.compute(graph);
            made.add(() -> execute(number));
        }
    }

    private void execute(int graph) {
        TornadoExecutionResult result = execution.withGraph(graph).execute();
        graphs.used(graph).forEach(array -> results.put(array, result));
    }

    private void move(TornadoNativeArray array) {
        execute(movers.get(array));
    }

    private void fetch(TornadoNativeArray array) {
        @Nullable TornadoExecutionResult last = results.get(array);
        if (last != null) {
            last.transferToHost(array);
        }
    }

    private void repeat(Action.Repeat repeat, List<Stage> inner) {
        for (int step = 0; step < repeat.length(); step++) {
            clock.set(repeat.level(), repeat.time(step));
            move(clock);
            inner.forEach(Stage::run);
        }
    }

    private void draw(Action.Draw draw) {
        int[] steps = new int[clock.getSize()];
        HostArrays.read(clock, 0, steps);
        TornadoNativeArray keys = arrays[draw.keys().buffer()];
        TornadoNativeArray to = arrays[draw.to().buffer()];
        fetch(keys);
        // What lies beside the numbers goes back with them.
        fetch(to);
        int count = draw.op().type().size();
        for (int i = 0; i < draw.draws(); i++) {
            int[] key = new int[4];
            HostArrays.read(keys, draw.keys().at(steps) + 4 * i, key);
            Object numbers;
            if (draw.op().type().dtype() == DType.F64) {
                double[] wide = new double[count];
                Philox.fillFromKey(draw.op().distribution(), key, 0, wide, 0, count);
                numbers = wide;
            } else {
                float[] narrow = new float[count];
                Philox.fillFromKey(draw.op().distribution(), key, 0, narrow, 0, count);
                numbers = narrow;
            }
            HostArrays.write(to, draw.to().at(steps) + i * count, numbers);
        }
        move(to);
    }

    @Override
    public void put(int buffer, Object array) {
        HostArrays.write(arrays[buffer], 0, array);
        if (movers.containsKey(arrays[buffer])) {
            attempt(() -> move(arrays[buffer]));
        }
    }

    @Override
    public void get(int buffer, Object array) {
        attempt(() -> fetch(arrays[buffer]));
        HostArrays.read(arrays[buffer], 0, array);
    }

    @Override
    public int[] run() {
        int[] report = new int[Status.SIZE];
        attempt(() -> {
            if (!ready) {
                start();
            }
            if (plan.mayFail()) {
                HostArrays.write(status, 0, report);
                move(status);
            }
            stages.forEach(Stage::run);
            if (plan.mayFail()) {
                fetch(status);
                HostArrays.read(status, 0, report);
            }
        });
        return report;
    }

    /** Moves what is moved once; constants are there by now. */
    private void start() {
        if (held >= 0) {
            execute(held);
        }
        movers.values().forEach(this::execute);
        ready = true;
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (DeviceException known) {
            throw known;
        } catch (RuntimeException failed) {
            throw new DeviceException("TornadoVM failed: " + failed, failed);
        }
    }

    @Override
    public void close() {
        try {
            execution.freeDeviceMemory();
            execution.close();
        } catch (TornadoExecutionPlanException failed) {
            throw new DeviceException("TornadoVM did not free a program: " + failed, failed);
        }
    }
}
