package cotangent.dsl;

/** Prints tensors as NumPy does. */
final class TensorFormat {
    private static final int EDGE = 3;

    private TensorFormat() {
    }

    static String format(Tensor tensor) {
        StringBuilder text = new StringBuilder();
        append(tensor, 0, 0, text);
        return text.append("  ").append(tensor.type()).toString();
    }

    private static void append(Tensor tensor, int axis, int offset, StringBuilder text) {
        Shape shape = tensor.shape();
        if (axis == shape.rank()) {
            text.append(tensor.elementAt(offset));
            return;
        }
        int extent = shape.extent(axis);
        int stride = shape.strides()[axis];
        text.append('[');
        for (int i = 0; i < extent; i++) {
            if (i > 0) {
                text.append(", ");
            }
            if (i == EDGE && extent > 2 * EDGE) {
                text.append("...");
                i = extent - EDGE - 1;
            } else {
                append(tensor, axis + 1, offset + i * stride, text);
            }
        }
        text.append(']');
    }
}
