package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Elements picked by index, one work item for each: operand [batch, outer, extent, inner], indices [batch, count], result
 * [batch, outer, count, inner], all dense. Nothing is read for an index outside the axis.
 *
 * <p>Geometry: size of the result; outer, extent, count, inner; starts of operand, indices and result, each with how it
 * moves with each loop over time.
 *
 * @param operand    what is picked from
 * @param indices    what is picked
 * @param output     result
 * @param parameters dtypes of the arrays
 * @param depth      loops over time around it
 */
public record GatherKernel(Operand operand, Operand indices, Operand output, List<DType> parameters, int depth)
        implements
            KernelSpec {
    @Override
    public String label() {
        return "gather";
    }

    @Override
    public boolean mayFail() {
        return false;
    }

    @Override
    public void write(KernelCode kernel) {
        CodeBuilder code = kernel.code();
        int size = kernel.next();
        int outer = kernel.next();
        int extent = kernel.next();
        int count = kernel.next();
        int inner = kernel.next();
        int from = kernel.start(depth);
        int picks = kernel.start(depth);
        int to = kernel.start(depth);
        kernel.items(size, id -> {
            int rest = kernel.local(() -> code.iload(id));
            int j = kernel.split(rest, inner);
            int i = kernel.split(rest, count);
            int block = kernel.local(() -> code.iload(rest));
            kernel.split(rest, outer);
            int index = kernel.local(() -> kernel.get(indices, () -> code.iload(picks)
                    .iload(rest)
                    .iload(count)
                    .imul()
                    .iadd()
                    .iload(i)
                    .iadd()));
            Runnable row = () -> code.iload(from)
                    .iload(block)
                    .iload(extent)
                    .imul()
                    .iload(index)
                    .iadd()
                    .iload(inner)
                    .imul()
                    .iadd()
                    .iload(j)
                    .iadd();
            kernel.when(() -> {
                IndexCheckKernel.isOutside(kernel, index, extent);
                code.iconst_1().ixor();
            }, () -> kernel.set(output, () -> code.iload(to).iload(id).iadd(), () -> kernel.get(operand, row)));
        });
    }
}
