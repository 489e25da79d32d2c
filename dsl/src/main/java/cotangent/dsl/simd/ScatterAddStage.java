package cotangent.dsl.simd;

import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;

/** Rows added to an operand where indices say, in row-major order of the updates. */
final class ScatterAddStage implements Stage {
    private final View operand;
    private final View indices;
    private final View updates;
    private final View to;
    private final IndexedRows rows;

    ScatterAddStage(Op.ScatterAdd op, Step.Primitive step) {
        this.operand = step.inputs().get(0);
        this.indices = step.inputs().get(1);
        this.updates = step.inputs().get(2);
        this.to = step.output();
        this.rows = IndexedRows.of(op.axis(), op.batch(), operand.shape(), indices.shape());
    }

    @Override
    public void run(Frame frame) {
        int[] index = frame.ints(indices.buffer().slot());
        rows.check("scatterAdd", index, frame.start(indices));
        Object target = frame.arrays()[to.buffer().slot()];
        System.arraycopy(frame.arrays()[operand.buffer().slot()], frame.start(operand), target, frame.start(to),
                to.size());
        Object source = frame.arrays()[updates.buffer().slot()];
        for (int b = 0; b < rows.batch(); b++) {
            for (int o = 0; o < rows.outer(); o++) {
                for (int i = 0; i < rows.count(); i++) {
                    int picked = index[frame.start(indices) + b * rows.count() + i];
                    add(source, frame.start(updates) + rows.pickedRow(b, o, i), target,
                            frame.start(to) + rows.operandRow(b, o,
                                    picked));
                }
            }
        }
    }

    private void add(Object source, int from, Object target, int into) {
        switch (source) {
            case double[] array -> add(array, from, (double[]) target, into);
            case float[] array -> add(array, from, (float[]) target, into);
            case int[] array -> add(array, from, (int[]) target, into);
            default -> throw new AssertionError(source);
        }
    }

    private void add(double[] source, int from, double[] target, int into) {
        for (int j = 0; j < rows.inner(); j++) {
            target[into + j] += source[from + j];
        }
    }

    private void add(float[] source, int from, float[] target, int into) {
        for (int j = 0; j < rows.inner(); j++) {
            target[into + j] += source[from + j];
        }
    }

    private void add(int[] source, int from, int[] target, int into) {
        for (int j = 0; j < rows.inner(); j++) {
            target[into + j] += source[from + j];
        }
    }
}
