package cotangent.tornado.vm;

import cotangent.tornado.device.Action;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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

/** The task graphs of a program, by number. */
final class Graphs {
    /** Work items of a group where a kernel does not care. */
    private static final int GROUP = 64;
    private static final AtomicLong COUNT = new AtomicLong();

    private final TornadoNativeArray[] arrays;
    private final IntArray clock;
    private final IntArray status;
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
    private final List<List<Object>> used = new ArrayList<>();
    private final GridScheduler grids = new GridScheduler();
    /** By array, the name of the graph that moves it. */
    private final Map<Object, String> owners = new IdentityHashMap<>();

    Graphs(TornadoNativeArray[] arrays, IntArray clock, IntArray status) {
        this.arrays = arrays;
        this.clock = clock;
        this.status = status;
    }

    /** The arrays that a graph uses. */
    List<Object> used(int graph) {
        return used.get(graph);
    }

    private int add(TaskGraph graph, List<Object> objects) {
        graph.persistOnDevice(objects.toArray());
        graphs.add(graph.snapshot());
        used.add(objects);
        return graphs.size() - 1;
    }

    private static String name() {
        return "cotangent" + COUNT.getAndIncrement();
    }

    /** A graph that moves arrays to the device whenever it runs. A graph needs a task: one for each array that does nothing. */
    int move(List<TornadoNativeArray> moved) {
        String name = name();
        TaskGraph graph = new TaskGraph(name).transferToDevice(DataTransferMode.EVERY_EXECUTION, moved.toArray());
        for (int i = 0; i < moved.size(); i++) {
            String task = "touch" + i;
            switch (moved.get(i)) {
                case FloatArray array -> graph.task(task, Touch::floats, array);
                case DoubleArray array -> graph.task(task, Touch::doubles, array);
                case IntArray array -> graph.task(task, Touch::ints, array);
                case ByteArray array -> graph.task(task, Touch::bytes, array);
                default -> throw new AssertionError(moved.get(i));
            }
            owners.put(moved.get(i), name);
        }
        return add(graph, List.copyOf(moved));
    }

    /** A graph of launches. */
    int compute(List<Action.Launch> launches) {
        String name = name();
        TaskGraph graph = new TaskGraph(name);
        List<Object> objects = new ArrayList<>(List.of(clock, status));
        launches.stream()
                .flatMap(launch -> launch.arrays().stream())
                .distinct()
                .forEach(number -> objects.add(arrays[number]));
        objects.forEach(array -> graph.consumeFromDevice(owners.get(array), array));
        for (int i = 0; i < launches.size(); i++) {
            Action.Launch launch = launches.get(i);
            IntArray geometry = HostArrays.integers(launch.geometry());
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, geometry);
            List<Object> arguments = new ArrayList<>(List.of(new KernelContext(), geometry, clock, status));
            launch.arrays().forEach(number -> arguments.add(arrays[number]));
            String task = "task" + i;
            graph.task(task, new KernelLoader(launch.kernel()).task(arguments.toArray()));
            grids.addWorkerGrid(name + "." + task, grid(launch));
        }
        return add(graph, objects);
    }

    private static WorkerGrid1D grid(Action.Launch launch) {
        int group = launch.group() == 0 ? GROUP : launch.group();
        long items = Math.ceilDiv(launch.items(), group) * group;
        WorkerGrid1D grid = new WorkerGrid1D(Math.toIntExact(items));
        grid.setLocalWork(group, 1, 1);
        return grid;
    }

    TornadoExecutionPlan plan(TornadoDevice device) {
        return new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new)).withDevice(device)
                .withGridScheduler(
                        grids);
    }
}
