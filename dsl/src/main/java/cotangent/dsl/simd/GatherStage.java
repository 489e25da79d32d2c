package cotangent.dsl.simd;

import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;

/** Rows picked by index. */
final class GatherStage implements Stage {
    private static final int SHORT = 8;

    private final View operand;
    private final View indices;
    private final View to;
    private final IndexedRows rows;

    GatherStage(Op.Gather op, View operand, View indices, View to) {
        this.operand = operand;
        this.indices = indices;
        this.to = to;
        this.rows = IndexedRows.of(op.axis(), op.batch(), operand.shape(), indices.shape());
    }

    @Override
    public void run(Frame frame) {
        int[] index = frame.ints(indices.buffer().slot());
        rows.check("gather", index, frame.start(indices));
        Object source = frame.arrays()[operand.buffer().slot()];
        Object target = frame.arrays()[to.buffer().slot()];
        for (int b = 0; b < rows.batch(); b++) {
            for (int o = 0; o < rows.outer(); o++) {
                for (int i = 0; i < rows.count(); i++) {
                    int picked = index[frame.start(indices) + b * rows.count() + i];
                    copy(source, frame.start(operand) + rows.operandRow(b, o, picked), target,
                            frame.start(to) + rows.pickedRow(
                                    b, o, i));
                }
            }
        }
    }

    private void copy(Object source, int from, Object target, int into) {
        int count = rows.inner();
        if (count >= SHORT) {
            System.arraycopy(source, from, target, into, count);
            return;
        }
        for (int j = 0; j < count; j++) {
            switch (source) {
                case double[] array -> ((double[]) target)[into + j] = array[from + j];
                case float[] array -> ((float[]) target)[into + j] = array[from + j];
                case int[] array -> ((int[]) target)[into + j] = array[from + j];
                case boolean[] array -> ((boolean[]) target)[into + j] = array[from + j];
                default -> throw new AssertionError(source);
            }
        }
    }
}
