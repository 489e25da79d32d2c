package cotangent.tornado.vm;

import cotangent.dsl.DType;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.DeviceKernel;
import cotangent.tornado.kernel.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The task graphs of a program, by number: movers, each of which owns one array and moves it whenever it runs; the hold,
 * which owns all other arrays and moves them once; and graphs of launches, which own no arrays of the program.
 *
 * <p>TornadoVM hands arrays from graph to graph by copying what it knows of them, when a graph begins, from the graph that
 * ran just before: those that are declared as consumed from that graph, or if none are, all that are consumed from
 * anywhere, known to that graph or not. So the hold consumes from each mover its array, and a graph of launches consumes
 * from the hold all it uses, from each mover its array, and from each graph of launches the one array that all of them use.
 * Then what has been handed over once, in the order that {@link VirtualProgram} keeps to, is never lost.
 */
final class Graphs {
    /** Work items of a group where a kernel does not care. */
    private static final int GROUP = 64;
    /** Arrays that one task takes: OpenCL promises 1,024 bytes of parameters. */
    private static final int TOUCHED = 32;
    private static final Map<List<DType>, DeviceKernel> TOUCHES = new ConcurrentHashMap<>();
    private static final AtomicLong COUNT = new AtomicLong();

    private final TornadoNativeArray[] arrays;
    private final IntArray clock;
    private final IntArray status;
    private final String name = "cotangent" + COUNT.getAndIncrement();
    private final List<TaskGraph> graphs = new ArrayList<>();
    private final Map<TornadoNativeArray, String> movers = new LinkedHashMap<>();
    private final List<TaskGraph> computing = new ArrayList<>();
    private final GridScheduler grids = new GridScheduler();

    Graphs(TornadoNativeArray[] arrays, IntArray clock, IntArray status) {
        this.arrays = arrays;
        this.clock = clock;
        this.status = status;
    }

    private TaskGraph next() {
        TaskGraph graph = new TaskGraph(name + "x" + graphs.size());
        graphs.add(graph);
        return graph;
    }

    private int last() {
        return graphs.size() - 1;
    }

    private static DType dtype(TornadoNativeArray array) {
        return switch (array) {
            case FloatArray ignored -> DType.F32;
            case DoubleArray ignored -> DType.F64;
            case IntArray ignored -> DType.I32;
            case ByteArray ignored -> DType.BOOL;
            default -> throw new AssertionError(array);
        };
    }

    private static void own(TaskGraph graph, List<TornadoNativeArray> owned, int mode) {
        graph.transferToDevice(mode, owned.toArray());
        for (int from = 0; from < owned.size(); from += TOUCHED) {
            List<TornadoNativeArray> part = owned.subList(from, Math.min(owned.size(), from + TOUCHED));
            DeviceKernel touch = TOUCHES.computeIfAbsent(part.stream().map(Graphs::dtype).toList(), Kernels::touching);
            graph.task("touch" + from, KernelLoader.task(touch, part.toArray()));
        }
        graph.persistOnDevice(owned.toArray());
    }

    /** A graph that moves an array to the device whenever it runs. */
    int mover(TornadoNativeArray array) {
        TaskGraph graph = next();
        own(graph, List.of(array), DataTransferMode.EVERY_EXECUTION);
        movers.put(array, graph.getTaskGraphName());
        return last();
    }

    /** The graph that moves arrays once; movers come before it, graphs of launches after it. */
    int hold(List<TornadoNativeArray> owned) {
        TaskGraph graph = next();
        own(graph, owned, DataTransferMode.FIRST_EXECUTION);
        movers.forEach((array, mover) -> graph.consumeFromDevice(mover, array));
        return last();
    }

    /** A graph of launches. */
    int compute(List<Action.Launch> launches, int hold) {
        TaskGraph graph = next();
        computing.add(graph);
        graph.consumeFromDevice(graphs.get(hold).getTaskGraphName(), clock, status);
        graph.consumeFromDevice(graphs.get(hold).getTaskGraphName(), launches.stream()
                .flatMap(launch -> launch.arrays().stream())
                .distinct()
                .map(number -> arrays[number])
                .toArray());
        movers.forEach((array, mover) -> graph.consumeFromDevice(mover, array));
        for (int i = 0; i < launches.size(); i++) {
            Action.Launch launch = launches.get(i);
            IntArray geometry = HostArrays.integers(launch.geometry());
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, geometry);
            List<Object> arguments = new ArrayList<>(List.of(new KernelContext(), geometry, clock, status));
            launch.arrays().forEach(number -> arguments.add(arrays[number]));
            String task = "task" + i;
            graph.task(task, KernelLoader.task(launch.kernel(), arguments.toArray()));
            grids.addWorkerGrid(graph.getTaskGraphName() + "." + task, grid(launch));
        }
        return last();
    }

    private static WorkerGrid1D grid(Action.Launch launch) {
        int group = launch.group() == 0 ? GROUP : launch.group();
        long items = Math.ceilDiv(launch.items(), group) * group;
        WorkerGrid1D grid = new WorkerGrid1D(Math.toIntExact(items));
        grid.setLocalWork(group, 1, 1);
        return grid;
    }

    TornadoExecutionPlan plan(TornadoDevice device) {
        for (TaskGraph to : computing) {
            computing.forEach(from -> to.consumeFromDevice(from.getTaskGraphName(), clock));
        }
        TornadoExecutionPlan plan = new TornadoExecutionPlan(graphs.stream()
                .map(TaskGraph::snapshot)
                .toArray(ImmutableTaskGraph[]::new)).withDevice(device);
        return computing.isEmpty() ? plan : plan.withGridScheduler(grids);
    }
}
