package cotangent.dsl.reference;

import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Node;
import java.util.List;

/** Elements picked along an axis by index. */
final class GatherKernel implements Kernel {
    private final IndexedRows rows;
    private final TensorType out;

    GatherKernel(int axis, int batch, List<TensorType> in, TensorType out, Node node) {
        this.rows = new IndexedRows(axis, batch, in.get(0).shape(), in.get(1).shape(), node);
        this.out = out;
    }

    @Override
    public Object apply(Object[] inputs) {
        Object result = Elements.zeros(out);
        rows.run((int[]) inputs[1], (operand, picked, count) -> System.arraycopy(inputs[0], operand, result, picked,
                count));
        return result;
    }
}
