package cotangent.dsl.compile;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import java.util.List;

/**
 * What to do, in order, to run a graph.
 *
 * @param inputTypes types of the inputs
 * @param inputs     their buffers, in order
 * @param constants  buffers of constants
 * @param steps      what to do
 * @param results    the outputs, in order; each view is a whole buffer
 * @param fresh      buffers that need a new array in every call
 * @param arenas     the reused arrays of a workspace
 * @param slots      number of arrays of a call
 */
public record Plan(List<TensorType> inputTypes, List<Buffer> inputs, List<Buffer> constants, List<Step> steps,
        List<View> results, List<Buffer> fresh, List<Arena> arenas, int slots) {
    /**
     * One reused array.
     *
     * @param dtype element type
     * @param size  number of elements
     * @param slot  its place among a call's arrays
     */
    public record Arena(DType dtype, int size, int slot) {}

    /** Size of the workspace in bytes. */
    public long workspaceBytes() {
        return arenas.stream().mapToLong(arena -> (long) arena.size() * arena.dtype().bytes()).sum();
    }
}
