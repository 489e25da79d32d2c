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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A plan as task graphs of one execution plan, see {@link Graphs}. A graph of launches runs for the first time just after the
 * hold, and the hold just after a mover, so that each is handed what it needs. Writes to the device are asynchronous: the host
 * changes an array only after a read, which waits for all that was asked for before.
 */
final class VirtualProgram implements Device.Program {
    private final DevicePlan plan;
    private final TornadoNativeArray[] arrays;
    private final IntArray status = HostArrays.integers(new int[Status.SIZE]);
    private final IntArray anchor = HostArrays.integers(0);
    private final int[] steps;
    private final Graphs graphs;
    private final Map<TornadoNativeArray, Integer> movers = new LinkedHashMap<>();
    private final int hold;
    private final Set<Integer> begun = new TreeSet<>();
    private final List<Stage> stages;
    private final TornadoExecutionPlan execution;
    /** By which the hold's arrays are read; set when everything has been moved once. */
    private @Nullable TornadoExecutionResult held;

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
                .toArray(TornadoNativeArray[]::new);
        this.steps = new int[Math.max(1, plan.depth())];
        IntArray clock = HostArrays.integers(steps);
        this.graphs = new Graphs(arrays, clock, status);
        Set<Integer> moved = moved(plan);
        moved.forEach(number -> movers.put(arrays[number], graphs.mover(arrays[number])));
        movers.put(status, graphs.mover(status));
        movers.put(anchor, graphs.mover(anchor));
        List<TornadoNativeArray> once = new ArrayList<>(List.of(clock));
        for (int i = 0; i < arrays.length; i++) {
            if (!moved.contains(i)) {
                once.add(arrays[i]);
            }
        }
        this.hold = graphs.hold(once);
        this.stages = stages(plan.actions());
        this.execution = graphs.plan(device);
    }

    /** Numbers of the buffers that are filled more than once: inputs, and what is drawn. */
    private static Set<Integer> moved(DevicePlan plan) {
        Set<Integer> numbers = new TreeSet<>();
        plan.buffers()
                .stream()
                .filter(buffer -> buffer.role() == DeviceBuffer.Role.INPUT)
                .forEach(buffer -> numbers.add(buffer.number()));
        drawn(plan.actions(), numbers);
        return numbers;
    }

    private static void drawn(List<Action> actions, Set<Integer> numbers) {
        for (Action action : actions) {
            switch (action) {
                case Action.Draw draw -> numbers.add(draw.to().buffer());
                case Action.Repeat repeat -> drawn(repeat.actions(), numbers);
                case Action.Launch ignored -> {
                }
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
            int number = graphs.compute(graph, hold);
            made.add(() -> compute(number));
        }
    }

    private void compute(int graph) {
        if (begun.add(graph)) {
            move(anchor);
            execute(hold);
        }
        execute(graph);
    }

    private void execute(int graph) {
        execution.withGraph(graph).execute();
    }

    private void move(TornadoNativeArray array) {
        execute(Objects.requireNonNull(movers.get(array)));
    }

    /** Reads an array by way of the hold, which knows all of them. */
    private void fetch(TornadoNativeArray array) {
        execution.withGraph(hold);
        Objects.requireNonNull(held).transferToHost(array);
    }

    private void repeat(Action.Repeat repeat, List<Stage> inner) {
        for (int step = 0; step < repeat.length(); step++) {
            steps[repeat.level()] = repeat.time(step);
            inner.forEach(Stage::run);
        }
    }

    private void draw(Action.Draw draw) {
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
        if (held != null && movers.containsKey(arrays[buffer])) {
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
            if (held == null) {
                start();
            }
            stages.forEach(Stage::run);
            if (plan.mayFail()) {
                fetch(status);
                HostArrays.read(status, 0, report);
                if (report[0] != Status.OK) {
                    HostArrays.write(status, 0, new int[Status.SIZE]);
                    move(status);
                }
            }
        });
        return report;
    }

    /** Moves everything once: constants and first inputs are there by now. */
    private void start() {
        movers.values().forEach(mover -> {
            execute(mover);
            held = execution.withGraph(hold).execute();
        });
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
        attempt(() -> execution.withAllGraphs().freeDeviceMemory());
    }
}
