package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Running sums along an axis, one work item for each line. Geometry: number of lines; extent and inner size; start of the
 * first element of the first line of input and output, each with how it moves with each loop over time; the step from
 * element to element of a line, negative if sums run backwards.
 *
 * @param input      what is summed
 * @param output     result
 * @param parameters dtypes of the arrays
 * @param depth      loops over time around it
 */
public record CumSumKernel(Operand input, Operand output, List<DType> parameters, int depth) implements KernelSpec {
    @Override
    public String label() {
        return "cumSum";
    }

    @Override
    public boolean mayFail() {
        return false;
    }

    @Override
    public void write(KernelCode kernel) {
        CodeBuilder code = kernel.code();
        int lines = kernel.next();
        int extent = kernel.next();
        int inner = kernel.next();
        int from = kernel.start(depth);
        int to = kernel.start(depth);
        int step = kernel.next();
        LaneType type = LaneType.of(output.dtype());
        kernel.items(lines, id -> {
            int at = line(kernel, id, extent, inner);
            Arithmetic.number(kernel, type, 0);
            int sum = code.allocateLocal(type.kind());
            code.storeLocal(type.kind(), sum);
            int i = kernel.local(code::iconst_0);
            kernel.loop(i, extent, code::iconst_1, () -> {
                code.loadLocal(type.kind(), sum);
                kernel.get(input, () -> code.iload(from).iload(at).iadd());
                Arithmetic.operator(code, "ADD", type);
                code.storeLocal(type.kind(), sum);
                kernel.set(output, () -> code.iload(to).iload(at).iadd(), () -> code.loadLocal(type.kind(), sum));
                code.iload(at).iload(step).iadd().istore(at);
            });
        });
    }

    /** A local with where a line begins among lines of a middle axis. */
    static int line(KernelCode kernel, int id, int extent, int inner) {
        CodeBuilder code = kernel.code();
        int rest = kernel.local(() -> code.iload(id));
        int j = kernel.split(rest, inner);
        return kernel.local(() -> code.iload(rest).iload(extent).imul().iload(inner).imul().iload(j).iadd());
    }
}
