package cotangent.dsl.simd;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;

/**
 * How gather and scatter-add address dense elements: operand [batch, outer, extent, inner], indices [batch, count],
 * picked rows [batch, outer, count, inner].
 */
record IndexedRows(int batch, int outer, int extent, int inner, int count) {
    static IndexedRows of(int axis, int batchAxes, Shape operand, Shape indices) {
        return new IndexedRows(Primitives.product(operand, 0, batchAxes), Primitives.product(operand, batchAxes, axis),
                operand.extent(axis), Primitives.product(operand, axis + 1, operand.rank()), Primitives.product(
                        indices, batchAxes, indices.rank()));
    }

    /** Where the operand's row for an index begins. */
    int operandRow(int b, int o, int index) {
        return ((b * outer + o) * extent + index) * inner;
    }

    /** Where the picked row begins. */
    int pickedRow(int b, int o, int i) {
        return ((b * outer + o) * count + i) * inner;
    }

    /** Refuses indices outside the axis, before anything is read or written. */
    void check(String operation, int[] indices, int start) {
        for (int i = 0; i < batch * count; i++) {
            int index = indices[start + i];
            if (index < 0 || index >= extent) {
                throw new InvalidDataException("%s: index %d is out of range for an axis of extent %d".formatted(
                        operation, index, extent));
            }
        }
    }
}
