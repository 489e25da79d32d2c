package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Updates added to an operand where indices say, one work item for each element of the operand, which looks through the
 * indices in order: no atomic operation, and the same sum in the same order as on the CPU. Shapes are those of
 * {@link GatherKernel}, updates in the place of its result.
 *
 * <p>Geometry: size of the operand; outer, extent, count, inner; starts of operand, indices, updates and result, each with
 * how it moves with each loop over time.
 *
 * @param operand    what is added to
 * @param indices    where
 * @param updates    what
 * @param output     result
 * @param parameters dtypes of the arrays
 * @param depth      loops over time around it
 */
public record ScatterAddKernel(Operand operand, Operand indices, Operand updates, Operand output,
        List<DType> parameters,
        int depth) implements KernelSpec {
    @Override
    public String label() {
        return "scatterAdd";
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
        int source = kernel.start(depth);
        int to = kernel.start(depth);
        LaneType type = LaneType.of(output.dtype());
        kernel.items(size, id -> {
            int rest = kernel.local(() -> code.iload(id));
            int j = kernel.split(rest, inner);
            int place = kernel.split(rest, extent);
            int block = kernel.local(() -> code.iload(rest));
            kernel.split(rest, outer);
            kernel.get(operand, () -> code.iload(from).iload(id).iadd());
            int sum = code.allocateLocal(type.kind());
            code.storeLocal(type.kind(), sum);
            int i = kernel.local(code::iconst_0);
            kernel.loop(i, count, code::iconst_1, () -> {
                int index = kernel.local(() -> kernel.get(indices, () -> code.iload(picks)
                        .iload(rest)
                        .iload(count)
                        .imul()
                        .iadd()
                        .iload(i)
                        .iadd()));
                Runnable update = () -> code.iload(source)
                        .iload(block)
                        .iload(count)
                        .imul()
                        .iload(i)
                        .iadd()
                        .iload(inner)
                        .imul()
                        .iadd()
                        .iload(j)
                        .iadd();
                Runnable hit = () -> code.iload(index).iload(place).isub();
                kernel.when(() -> kernel.select(hit, code::iconst_0, code::iconst_1), () -> {
                    code.loadLocal(type.kind(), sum);
                    kernel.get(updates, update);
                    Arithmetic.operator(code, "ADD", type);
                    code.storeLocal(type.kind(), sum);
                });
            });
            kernel.set(output, () -> code.iload(to).iload(id).iadd(), () -> code.loadLocal(type.kind(), sum));
        });
    }
}
