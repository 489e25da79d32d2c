package cotangent.linalg;

import cotangent.dsl.Tensor;
import java.util.Locale;

/** Results in few words: a small tensor as it is, a large one by its type, a long vector by its ends. */
final class Summary {
    private static final int SHORT = 400;
    private static final int FEW = 6;

    private Summary() {}

    static String of(Tensor tensor) {
        String text = tensor.toString();
        return text.length() <= SHORT ? "\n" + text : tensor.type().toString();
    }

    static String ofVector(Tensor vector) {
        double[] values = vector.toDoubles();
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < values.length; i++) {
            if (values.length > 2 * FEW && i == FEW) {
                text.append("..., ");
                i = values.length - FEW;
            }
            text.append(String.format(Locale.ROOT, "%.6g", values[i])).append(i + 1 < values.length ? ", " : "");
        }
        return text.append("]  ").append(vector.type()).toString();
    }
}
