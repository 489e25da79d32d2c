package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.tornado.device.Status;
import java.util.List;

/**
 * Reports indices outside an axis, one work item for each index. Geometry: number of indices; the axis's extent; the
 * indices' start and how it moves with each loop over time.
 *
 * @param depth loops over time around it
 */
public record IndexCheckKernel(int depth) implements KernelSpec {
    @Override
    public List<DType> parameters() {
        return List.of(DType.I32);
    }

    @Override
    public String label() {
        return "check of indices";
    }

    @Override
    public boolean mayFail() {
        return true;
    }

    @Override
    public void write(KernelCode kernel) {
        int count = kernel.next();
        int extent = kernel.next();
        int start = kernel.start(depth);
        kernel.items(count, id -> {
            int index = kernel.local(() -> kernel.get(new Operand(0, DType.I32), () -> kernel.code()
                    .iload(start)
                    .iload(id)
                    .iadd()));
            kernel.when(() -> isOutside(kernel, index, extent),
                    () -> kernel.report(Status.INDEX_OUT_OF_RANGE, () -> kernel.code()
                            .iload(index), () -> kernel.code().iload(extent)));
        });
    }

    /** Pushes whether an index is not one of an axis. */
    static void isOutside(KernelCode kernel, int index, int extent) {
        int zero = kernel.local(kernel.code()::iconst_0);
        kernel.less(index, zero);
        kernel.less(index, extent);
        kernel.code().iconst_1().ixor().ior();
    }
}
