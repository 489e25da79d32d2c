package cotangent.tornado.device;

import cotangent.dsl.ir.Op;
import java.util.List;

/** One thing a device program does. */
public sealed interface Action {
    /**
     * A kernel on every work item of a one-dimensional grid.
     *
     * @param kernel   the kernel
     * @param geometry extents, starts and strides
     * @param arrays   numbers of the buffers that are its arrays
     * @param items    work items; a kernel that needs no groups ignores those beyond, so that the grid may be padded
     * @param group    work items of a group, or 0 if any will do
     */
    record Launch(DeviceKernel kernel, int[] geometry, List<Integer> arrays, long items, int group) implements Action {}

    /**
     * A loop over time.
     *
     * @param level   its place in the clock
     * @param length  number of steps
     * @param reverse whether the clock runs backwards
     * @param actions what each step does
     */
    record Repeat(int level, int length, boolean reverse, List<Action> actions) implements Action {
        /** What the clock shows at a step. */
        public int time(int step) {
            return reverse ? length - 1 - step : step;
        }
    }

    /**
     * Random numbers, drawn on the host: their generator's quantiles need more accuracy than every device has.
     *
     * @param op    distribution and type
     * @param draws number of keys
     * @param keys  where the keys are, four integers each
     * @param to    where the numbers go
     */
    record Draw(Op.Random op, int draws, Place keys, Place to) implements Action {}
}
