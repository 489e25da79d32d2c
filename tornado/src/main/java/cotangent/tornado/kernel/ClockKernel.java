package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Sets the clock of a loop over time to its first step, or moves it on: on the device, since what the host writes is on its way
 * while the host goes on. One work item. Geometry: the loop's level; the step, or by how much it moves.
 *
 * @param moves whether the clock moves on
 */
public record ClockKernel(boolean moves) implements KernelSpec {
    @Override
    public List<DType> parameters() {
        return List.of();
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public String label() {
        return moves ? "next step" : "first step";
    }

    @Override
    public boolean mayFail() {
        return false;
    }

    @Override
    public void write(KernelCode kernel) {
        CodeBuilder code = kernel.code();
        int level = kernel.next();
        int step = kernel.next();
        int count = kernel.local(code::iconst_1);
        kernel.items(count, id -> {
            if (moves) {
                kernel.clock(level);
                code.iload(step).iadd().istore(step);
            }
            kernel.setClock(level, step);
        });
    }
}
