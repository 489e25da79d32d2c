package cotangent.tornado;

import cotangent.dsl.compile.View;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.DeviceKernel;
import cotangent.tornado.device.Dialect;
import cotangent.tornado.device.Place;
import cotangent.tornado.kernel.KernelSpec;
import cotangent.tornado.kernel.Kernels;
import java.util.List;

/**
 * Where the slots of one plan lie on the device, how many loops over time are around it, and what it does so far.
 *
 * @param slots   places by slot
 * @param depth   loops over time around it
 * @param dialect what kernels are written in
 * @param actions what has been planned
 */
record Frame(Place[] slots, int depth, Dialect dialect, List<Action> actions) {
    Place place(View view) {
        return slots[view.buffer().slot()].plus(view.start());
    }

    /** Adds a launch of so many independent work items. */
    void launch(KernelSpec spec, Geometry geometry, Arguments arguments, int items) {
        add(spec, geometry, arguments.arrays(), items, 0);
    }

    /** Adds a launch of so many groups of work items. */
    void launchGroups(KernelSpec spec, Geometry geometry, Arguments arguments, int groups, int size) {
        add(spec, geometry, arguments.arrays(), (long) groups * size, size);
    }

    private void add(KernelSpec spec, Geometry geometry, List<Integer> arrays, long items, int group) {
        DeviceKernel kernel = Kernels.of(spec, dialect);
        actions.add(new Action.Launch(kernel, geometry.toArray(), arrays, items, group));
    }
}
