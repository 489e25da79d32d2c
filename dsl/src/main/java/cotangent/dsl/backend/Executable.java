package cotangent.dsl.backend;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import java.util.List;

/** A compiled graph. Safe to call from many threads. */
public interface Executable {
    /**
     * The graph's outputs for the given inputs.
     *
     * @param inputs one tensor per input of the graph, of its type
     * @throws cotangent.dsl.ShapeException if number or types differ
     */
    List<Tensor> run(List<Tensor> inputs);

    /**
     * Writes the graph's outputs into tensors that are there already, for loops in which new ones would be most of the
     * cost: fresh memory has to be cleared and is in no cache.
     *
     * @param inputs  one tensor per input of the graph, of its type
     * @param results one tensor per output, of its type, whose elements change; nobody else may hold them, and none may
     *                share its array with an input or another result
     * @throws cotangent.dsl.ShapeException if a number or a type differs
     * @throws InvalidDataException         if a result's array is that of an input or of another result
     */
    default void runInto(List<Tensor> inputs, List<Tensor> results) {
        List<Tensor> outputs = run(inputs);
        requireResults(outputs, inputs, results);
        for (int i = 0; i < outputs.size(); i++) {
            System.arraycopy(Storage.array(outputs.get(i)), 0, Storage.array(results.get(i)), 0, outputs.get(i)
                    .type()
                    .size());
        }
    }

    private static void requireResults(List<Tensor> outputs, List<Tensor> inputs, List<Tensor> results) {
        if (outputs.size() != results.size()) {
            throw new ShapeException("runInto: expected %d results, got %d".formatted(outputs.size(), results.size()));
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).type().equals(results.get(i).type())) {
                throw new ShapeException("runInto: result %d is %s, expected %s".formatted(i, results.get(i).type(),
                        outputs.get(i).type()));
            }
        }
        requireApart(inputs, results);
    }

    /**
     * Checks that results share no array with inputs or each other.
     *
     * @throws InvalidDataException if they do
     */
    static void requireApart(List<Tensor> inputs, List<Tensor> results) {
        for (int i = 0; i < results.size(); i++) {
            Object array = Storage.array(results.get(i));
            for (int k = 0; k < inputs.size(); k++) {
                requireOther(array, inputs.get(k), i, "input", k);
            }
            for (int k = 0; k < i; k++) {
                requireOther(array, results.get(k), i, "result", k);
            }
        }
    }

    private static void requireOther(Object array, Tensor tensor, int result, String role, int number) {
        if (array == Storage.array(tensor) && tensor.type().size() > 0) {
            throw new InvalidDataException(
                    "runInto: result %d shares its array with %s %d; give each its own".formatted(
                            result, role, number));
        }
    }

    /** What will be done, step by step, as text. */
    String explain();
}
