package cotangent.dsl.simd;

import cotangent.dsl.DType;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.kernel.Epilogue;
import cotangent.dsl.kernel.Gemm;

/** A batch of matrix products, one call of the packed multiply for the innermost batch axis. */
final class ProductStage implements Stage {
    private final Step.Product step;
    private final Matrix left;
    private final Matrix right;
    private final Matrix output;
    private final int count;

    /** How one operand lies: array, start, strides of batch, row and column. */
    private record Matrix(int slot, int start, int batch, int row, int column) {
        static Matrix of(View view) {
            int rank = view.shape().rank();
            return new Matrix(view.buffer().slot(), view.start(), rank > 2 ? view.stride(rank - 3) : 0, stride(view,
                    rank - 2), stride(view, rank - 1));
        }

        int start(Frame frame) {
            return frame.shifts()[slot] + start;
        }

        private static int stride(View view, int axis) {
            return view.shape().extent(axis) == 1 ? 1 : view.stride(axis);
        }
    }

    private ProductStage(Step.Product step) {
        this.step = step;
        this.left = Matrix.of(step.left());
        this.right = Matrix.of(step.right());
        this.output = Matrix.of(step.output());
        this.count = step.batch().rank() == 0 ? 1 : step.batch().extent(-1);
    }

    static ProductStage of(Step.Product step) {
        return new ProductStage(step);
    }

    @Override
    public void run(Frame frame) {
        batches(frame, 0, left.start(frame), right.start(frame), output.start(frame));
    }

    /** One product whose epilogue runs on what is finished. */
    void run(Frame frame, Epilogue epilogue) {
        int a = left.start(frame);
        int b = right.start(frame);
        int c = output.start(frame);
        if (step.output().dtype() == DType.F64) {
            Gemm.dgemm(step.m(), step.n(), step.k(), frame.doubles(left.slot), a, left.row, left.column, frame.doubles(
                    right.slot), b, right.row, right.column, frame.doubles(output.slot), c, step.n(), epilogue);
        } else {
            Gemm.sgemm(step.m(), step.n(), step.k(), frame.floats(left.slot), a, left.row, left.column, frame.floats(
                    right.slot), b, right.row, right.column, frame.floats(output.slot), c, step.n(), epilogue);
        }
    }

    /** Walks the batch axes but the last. */
    private void batches(Frame frame, int axis, int a, int b, int c) {
        if (axis >= step.batch().rank() - 1) {
            multiply(frame, a, b, c);
            return;
        }
        for (int i = 0; i < step.batch().extent(axis); i++) {
            batches(frame, axis + 1, a + i * step.left().stride(axis), b + i * step.right().stride(axis), c + i * step
                    .output()
                    .stride(axis));
        }
    }

    private void multiply(Frame frame, int a, int b, int c) {
        int m = step.m();
        int n = step.n();
        int k = step.k();
        switch (step.output().dtype()) {
            case F64 -> Gemm.dgemmBatch(count, m, n, k, 1, frame.doubles(left.slot), a, left.batch, left.row,
                    left.column, frame.doubles(right.slot), b, right.batch, right.row, right.column, 0, frame.doubles(
                            output.slot),
                    c, output.batch, n);
            case F32 -> Gemm.sgemmBatch(count, m, n, k, 1, frame.floats(left.slot), a, left.batch, left.row,
                    left.column, frame.floats(right.slot), b, right.batch, right.row, right.column, 0, frame.floats(
                            output.slot),
                    c, output.batch, n);
            case I32 -> {
                for (int t = 0; t < count; t++) {
                    integers(frame, a + t * left.batch, b + t * right.batch, c + t * output.batch);
                }
            }
            case BOOL -> throw new AssertionError(step);
        }
    }

    private void integers(Frame frame, int a, int b, int c) {
        int[] x = frame.ints(left.slot);
        int[] y = frame.ints(right.slot);
        int[] z = frame.ints(output.slot);
        for (int i = 0; i < step.m(); i++) {
            int row = c + i * step.n();
            java.util.Arrays.fill(z, row, row + step.n(), 0);
            for (int p = 0; p < step.k(); p++) {
                int factor = x[a + i * left.row + p * left.column];
                for (int j = 0; j < step.n(); j++) {
                    z[row + j] += factor * y[b + p * right.row + j * right.column];
                }
            }
        }
    }
}
