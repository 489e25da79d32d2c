package cotangent.dsl.reference;

import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.function.UnaryOperator;

/** Runs a loop over time: a step for each entry of the sequences. */
final class Repetition {
    private Repetition() {}

    /**
     * The loop's outputs.
     *
     * @param step   from the arrays of a step's inputs to those of its outputs
     * @param inputs arrays of the loop's inputs
     */
    static Object[] run(Op.Scan scan, UnaryOperator<Object[]> step, Object[] inputs) {
        List<TensorType> taken = scan.body().inputTypes();
        List<TensorType> given = scan.body().outputTypes();
        Object[] arguments = inputs.clone();
        Object[] outputs = new Object[given.size()];
        System.arraycopy(inputs, 0, outputs, 0, scan.carries());
        for (int i = scan.carries(); i < outputs.length; i++) {
            outputs[i] = allocate(given.get(i), scan.length());
        }
        for (int number = 0; number < scan.length(); number++) {
            int time = scan.reverse() ? scan.length() - 1 - number : number;
            for (int i = scan.carries(); i < scan.carries() + scan.sequences(); i++) {
                int size = taken.get(i).size();
                arguments[i] = allocate(taken.get(i), 1);
                System.arraycopy(inputs[i], time * size, arguments[i], 0, size);
            }
            Object[] results = step.apply(arguments);
            for (int i = 0; i < outputs.length; i++) {
                if (i < scan.carries()) {
                    arguments[i] = results[i];
                    outputs[i] = results[i];
                } else {
                    int size = given.get(i).size();
                    System.arraycopy(results[i], 0, outputs[i], time * size, size);
                }
            }
        }
        return outputs;
    }

    private static Object allocate(TensorType type, int count) {
        int size = Math.multiplyExact(type.size(), count);
        return switch (type.dtype()) {
            case F32, F64 -> new double[size];
            case I32 -> new int[size];
            case BOOL -> new boolean[size];
        };
    }
}
