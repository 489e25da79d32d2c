package cotangent.tornado.device;

import java.util.ArrayList;
import java.util.List;

/**
 * A graph as what a device is to hold and do. Buffers stay on the device between runs; a run moves inputs that have
 * changed and results only.
 *
 * @param buffers arrays, by number
 * @param actions what to do, in order
 * @param depth   loops over time inside each other
 */
public record DevicePlan(List<DeviceBuffer> buffers, List<Action> actions, int depth) {
    /** Launches that one task graph of TornadoVM holds. */
    public static final int GRAPH_SIZE = 200;

    /** Device memory that a program of this plan takes, in bytes. */
    public long bytes() {
        return buffers.stream().mapToLong(DeviceBuffer::bytes).sum() + 4L * (Math.max(1, depth)
                + Status.SIZE) + bytes(actions);
    }

    private static long bytes(List<Action> actions) {
        return actions.stream().mapToLong(action -> switch (action) {
            case Action.Launch launch -> 4L * launch.geometry().length;
            case Action.Repeat repeat -> bytes(repeat.actions());
            case Action.Draw ignored -> 0;
        }).sum();
    }

    /** Whether a run may end with a user's error. */
    public boolean mayFail() {
        return mayFail(actions);
    }

    private static boolean mayFail(List<Action> actions) {
        return actions.stream().anyMatch(action -> switch (action) {
            case Action.Launch launch -> launch.kernel().mayFail();
            case Action.Repeat repeat -> mayFail(repeat.actions());
            case Action.Draw ignored -> false;
        });
    }

    /** Runs of launches with nothing between them, none longer than {@value #GRAPH_SIZE}: each is one task graph. */
    public static List<List<Action.Launch>> graphs(List<Action> actions) {
        List<List<Action.Launch>> graphs = new ArrayList<>();
        List<Action.Launch> open = new ArrayList<>();
        for (Action action : actions) {
            if (action instanceof Action.Launch launch && open.size() < GRAPH_SIZE) {
                open.add(launch);
                continue;
            }
            if (!open.isEmpty()) {
                graphs.add(open);
                open = new ArrayList<>();
            }
            if (action instanceof Action.Launch launch) {
                open.add(launch);
            }
        }
        if (!open.isEmpty()) {
            graphs.add(open);
        }
        return graphs;
    }
}
