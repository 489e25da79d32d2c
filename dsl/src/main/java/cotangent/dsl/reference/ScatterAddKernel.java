package cotangent.dsl.reference;

import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Node;
import java.util.List;

/** Updates added along an axis by index. */
final class ScatterAddKernel implements Kernel {
    private final IndexedRows rows;

    ScatterAddKernel(int axis, int batch, List<TensorType> in, Node node) {
        this.rows = new IndexedRows(axis, batch, in.get(0).shape(), in.get(1).shape(), node);
    }

    @Override
    public Object apply(Object[] inputs) {
        int[] indices = (int[]) inputs[1];
        if (inputs[0] instanceof double[] operand) {
            return add(operand.clone(), indices, (double[]) inputs[2]);
        }
        return add(((int[]) inputs[0]).clone(), indices, (int[]) inputs[2]);
    }

    private double[] add(double[] result, int[] indices, double[] updates) {
        rows.run(indices, (operand, picked, count) -> {
            for (int i = 0; i < count; i++) {
                result[operand + i] += updates[picked + i];
            }
        });
        return result;
    }

    private int[] add(int[] result, int[] indices, int[] updates) {
        rows.run(indices, (operand, picked, count) -> {
            for (int i = 0; i < count; i++) {
                result[operand + i] += updates[picked + i];
            }
        });
        return result;
    }
}
