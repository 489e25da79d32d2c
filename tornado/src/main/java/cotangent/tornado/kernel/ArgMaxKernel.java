package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneOp;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Index of the first largest element along an axis, one work item for each line; a NaN counts as largest. Geometry: number
 * of lines; extent and inner size; starts of input and output, each with how it moves with each loop over time.
 *
 * @param input      what is searched
 * @param output     result
 * @param parameters dtypes of the arrays
 * @param depth      loops over time around it
 */
public record ArgMaxKernel(Operand input, Operand output, List<DType> parameters, int depth) implements KernelSpec {
    @Override
    public String label() {
        return "argMax";
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
        LaneType type = LaneType.of(input.dtype());
        kernel.items(lines, id -> {
            int at = CumSumKernel.line(kernel, id, extent, inner);
            code.iload(from).iload(at).iadd().istore(at);
            int best = kernel.local(code::iconst_0);
            kernel.get(input, () -> code.iload(at));
            int largest = code.allocateLocal(type.kind());
            code.storeLocal(type.kind(), largest);
            int i = kernel.local(code::iconst_0);
            kernel.loop(i, extent, code::iconst_1, () -> {
                kernel.get(input, () -> code.iload(at));
                int value = code.allocateLocal(type.kind());
                code.storeLocal(type.kind(), value);
                kernel.when(() -> exceeds(kernel, type, value, largest), () -> {
                    code.iload(i).istore(best);
                    code.loadLocal(type.kind(), value).storeLocal(type.kind(), largest);
                });
                code.iload(at).iload(inner).iadd().istore(at);
            });
            kernel.set(output, () -> code.iload(to).iload(id).iadd(), () -> code.iload(best));
        });
    }

    /** Pushes whether a value is larger; NaN is larger than any number, and nothing is larger than NaN. */
    private static void exceeds(KernelCode kernel, LaneType type, int value, int largest) {
        CodeBuilder code = kernel.code();
        Runnable x = () -> code.loadLocal(type.kind(), value);
        Runnable y = () -> code.loadLocal(type.kind(), largest);
        Arithmetic.compare(code, LaneOp.Code.LT, type, y, x);
        if (type.isFloating()) {
            Arithmetic.compare(code, LaneOp.Code.NE, type, x, x);
            Arithmetic.compare(code, LaneOp.Code.EQ, type, y, y);
            code.iand().ior();
        }
    }
}
