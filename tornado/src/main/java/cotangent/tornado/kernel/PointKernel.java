package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneOp;
import cotangent.dsl.simd.LaneProgram;
import java.util.List;

/**
 * One work item for each point of a loop nest: loads, computes and stores. Copies and fills are such kernels, too.
 *
 * <p>Geometry: number of points; extents of the axes; for each operand, inputs first, its start, how it moves with each
 * loop over time, and its strides.
 *
 * @param program    what is computed
 * @param inputs     what is loaded
 * @param outputs    what is stored
 * @param parameters dtypes of the arrays
 * @param rank       axes of the loop nest
 * @param depth      loops over time around it
 */
public record PointKernel(LaneProgram program, List<Operand> inputs, List<Output> outputs, List<DType> parameters,
        int rank,
        int depth) implements KernelSpec {
    /**
     * What is stored.
     *
     * @param value   its number in the program
     * @param operand where it goes
     */
    public record Output(int value, Operand operand) {}

    @Override
    public String label() {
        return "points";
    }

    @Override
    public boolean mayFail() {
        return divides(program);
    }

    static boolean divides(LaneProgram program) {
        return program.ops().stream().anyMatch(op -> op.code() == LaneOp.Code.CALL && LaneWriter.isDivision(op));
    }

    @Override
    public void write(KernelCode kernel) {
        int count = kernel.next();
        int[] extents = kernel.next(rank);
        kernel.items(count, id -> {
            int operands = inputs.size() + outputs.size();
            int[] offsets = new int[operands];
            int[][] strides = new int[operands][];
            for (int k = 0; k < operands; k++) {
                offsets[k] = kernel.start(depth);
                strides[k] = kernel.next(rank);
            }
            kernel.walk(id, extents, offsets, strides);
            LaneWriter lanes = new LaneWriter(kernel, program, k -> kernel.get(inputs.get(k), () -> kernel.code()
                    .iload(offsets[k])));
            lanes.body();
            for (int k = 0; k < outputs.size(); k++) {
                Output output = outputs.get(k);
                int offset = offsets[inputs.size() + k];
                kernel.set(output.operand(), () -> kernel.code().iload(offset), () -> lanes.push(output.value()));
            }
        });
    }
}
