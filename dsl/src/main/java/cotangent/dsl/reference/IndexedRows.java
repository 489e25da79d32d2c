package cotangent.dsl.reference;

import cotangent.dsl.Axes;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Node;

/**
 * How gather and scatter-add see their operand and their picked elements: the operand as [batch, before, extent, after],
 * the indices as [batch, picks], the picked elements as [batch, before, picks, after].
 */
final class IndexedRows {
    private final int batch;
    private final int before;
    private final int extent;
    private final int picks;
    private final int after;
    private final int axis;
    private final Node node;

    IndexedRows(int axis, int batch, Shape operand, Shape indices, Node node) {
        this.axis = axis;
        this.node = node;
        this.batch = operand.select(Axes.range(0, batch)).size();
        this.before = operand.select(Axes.range(batch, axis)).size();
        this.extent = operand.extent(axis);
        this.picks = indices.select(Axes.range(batch, indices.rank())).size();
        this.after = operand.select(Axes.range(axis + 1, operand.rank())).size();
    }

    /** What is done with a run of {@code after} elements of the operand and of the picked elements. */
    @FunctionalInterface
    interface Row {
        void run(int operand, int picked, int count);
    }

    /** Visits the picked elements in row-major order. */
    void run(int[] indices, Row row) {
        requireInRange(indices);
        for (int b = 0; b < batch; b++) {
            for (int p = 0; p < before; p++) {
                int outer = b * before + p;
                for (int i = 0; i < picks; i++) {
                    row.run((outer * extent + indices[b * picks + i]) * after, (outer * picks + i) * after, after);
                }
            }
        }
    }

    private void requireInRange(int[] indices) {
        for (int index : indices) {
            if (index < 0 || index >= extent) {
                throw new InvalidDataException("%s: index %d is out of range for axis %d of extent %d (%s)".formatted(
                        node.op().label(), index, axis, extent, node.source()));
            }
        }
    }
}
