package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.simd.LaneProgram;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Reductions over the same axes of one loop nest: one work item for each result, or where there are few results a work
 * group for each, whose items take every n-th point and then combine what they have by halves in local memory.
 *
 * <p>Geometry: number of results; number of points reduced to each; extents of the kept axes, then of the reduced; for
 * each operand, inputs first, its start, how it moves with each loop over time, strides of the kept axes, then of the
 * reduced. A result holds the reduction's identity, or what it is combined with, when the kernel begins.
 *
 * @param program    what is computed at every point
 * @param inputs     what is loaded
 * @param outputs    what is reduced
 * @param parameters dtypes of the arrays
 * @param kept       number of kept axes
 * @param reduced    number of reduced axes
 * @param shared     whether a work group makes a result
 * @param depth      loops over time around it
 */
public record ReductionKernel(LaneProgram program, List<Operand> inputs, List<Output> outputs, List<DType> parameters,
        int kept, int reduced, boolean shared, int depth) implements KernelSpec {
    /**
     * A result.
     *
     * @param value     the number of what is reduced in the program
     * @param reduction how
     * @param operand   where it goes
     */
    public record Output(int value, Reduction reduction, Operand operand) {}

    @Override
    public String label() {
        return shared ? "reduction by groups" : "reduction";
    }

    @Override
    public boolean mayFail() {
        return PointKernel.divides(program);
    }

    @Override
    public void write(KernelCode kernel) {
        int results = kernel.next();
        int points = kernel.next();
        int[] extents = kernel.next(kept);
        int[] along = kernel.next(reduced);
        if (shared) {
            int result = kernel.local(() -> kernel.context("groupIdx"));
            int item = kernel.local(() -> kernel.context("localIdx"));
            reduce(kernel, result, item, points, extents, along);
        } else {
            kernel.items(results, id -> reduce(kernel, id, kernel.local(kernel.code()::iconst_0), points, extents,
                    along));
        }
    }

    private void reduce(KernelCode kernel, int result, int item, int points, int[] extents, int[] along) {
        CodeBuilder code = kernel.code();
        int operands = inputs.size() + outputs.size();
        int[] offsets = new int[operands];
        int[][] keptStrides = new int[operands][];
        int[][] strides = new int[operands][];
        for (int k = 0; k < operands; k++) {
            offsets[k] = kernel.start(depth);
            keptStrides[k] = kernel.next(kept);
            strides[k] = kernel.next(reduced);
        }
        kernel.walk(result, extents, offsets, keptStrides);
        int[] sums = new int[outputs.size()];
        for (int k = 0; k < sums.length; k++) {
            LaneType type = type(k);
            Output output = outputs.get(k);
            Arithmetic.identity(kernel, type, output.reduction());
            sums[k] = code.allocateLocal(type.kind());
            code.storeLocal(type.kind(), sums[k]);
        }
        int point = kernel.local(() -> code.iload(item));
        int index = kernel.local();
        int[] at = new int[inputs.size()];
        for (int k = 0; k < at.length; k++) {
            at[k] = kernel.local(code::iconst_0);
        }
        Runnable step = () -> code.loadConstant(shared ? kernel.dialect().group() : 1);
        kernel.loop(point, points, step, () -> {
            code.iload(point).istore(index);
            for (int k = 0; k < at.length; k++) {
                code.iload(offsets[k]).istore(at[k]);
            }
            kernel.walk(index, along, at, strides);
            LaneWriter lanes = new LaneWriter(kernel, program, k -> kernel.get(inputs.get(k), () -> code.iload(at[k])));
            lanes.body();
            for (int k = 0; k < sums.length; k++) {
                Output output = outputs.get(k);
                combine(kernel, k, sums[k], () -> lanes.push(output.value()));
            }
        });
        for (int k = 0; k < sums.length; k++) {
            if (shared) {
                combineGroup(kernel, k, sums[k], item);
            }
            store(kernel, k, sums[k], offsets[inputs.size() + k], item);
        }
    }

    private LaneType type(int output) {
        return LaneType.of(outputs.get(output).operand().dtype());
    }

    /** {@code sum = sum combined with the value}. */
    private void combine(KernelCode kernel, int output, int sum, Runnable value) {
        LaneType type = type(output);
        CodeBuilder code = kernel.code();
        value.run();
        int other = code.allocateLocal(type.kind());
        code.storeLocal(type.kind(), other);
        Arithmetic.combine(kernel, type, outputs.get(output).reduction(), sum, other);
        code.storeLocal(type.kind(), sum);
    }

    /** The tree over the items of a group; after it, item 0's sum is the group's. */
    private void combineGroup(KernelCode kernel, int output, int sum, int item) {
        LaneType type = type(output);
        CodeBuilder code = kernel.code();
        int size = kernel.dialect().group();
        int memory = kernel.shared(outputs.get(output).operand().dtype(), size);
        code.aload(memory).iload(item).loadLocal(type.kind(), sum).arrayStore(type.kind());
        kernel.barrier();
        for (int half = size / 2; half >= 1; half /= 2) {
            int distance = half;
            int limit = kernel.local(() -> code.loadConstant(distance));
            kernel.when(() -> kernel.less(item, limit), () -> {
                combine(kernel, output, sum, () -> code.aload(memory)
                        .iload(item)
                        .loadConstant(distance)
                        .iadd()
                        .arrayLoad(type.kind()));
                code.aload(memory).iload(item).loadLocal(type.kind(), sum).arrayStore(type.kind());
            });
            kernel.barrier();
        }
    }

    private void store(KernelCode kernel, int output, int sum, int offset, int item) {
        Output result = outputs.get(output);
        CodeBuilder code = kernel.code();
        int one = kernel.local(code::iconst_1);
        kernel.when(() -> kernel.less(item, one), () -> {
            combine(kernel, output, sum, () -> kernel.get(result.operand(), () -> code.iload(offset)));
            kernel.set(result.operand(), () -> code.iload(offset), () -> code.loadLocal(type(output).kind(), sum));
        });
    }
}
