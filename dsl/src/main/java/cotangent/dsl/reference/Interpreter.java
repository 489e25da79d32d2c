package cotangent.dsl.reference;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.List;

/** A program with its doors: checks what comes in, converts between tensors and the arrays that kernels work on. */
final class Interpreter implements Executable {
    private final List<TensorType> inputTypes;
    private final List<TensorType> outputTypes;
    private final Program program;

    Interpreter(Graph graph, Program program) {
        this.inputTypes = graph.inputTypes();
        this.outputTypes = graph.outputTypes();
        this.program = program;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
        requireTypes(inputs);
        Object[] results = program.run(inputs.stream().map(Elements::of).toArray());
        List<Tensor> outputs = new ArrayList<>(results.length);
        for (int i = 0; i < results.length; i++) {
            outputs.add(Elements.toTensor(results[i], outputTypes.get(i)));
        }
        return List.copyOf(outputs);
    }

    private void requireTypes(List<Tensor> inputs) {
        List<TensorType> types = inputs.stream().map(Tensor::type).toList();
        if (types.size() != inputTypes.size()) {
            throw new ShapeException("run: expected %d inputs %s, got %d".formatted(inputTypes.size(), inputTypes,
                    types.size()));
        }
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).equals(inputTypes.get(i))) {
                throw new ShapeException("run: input %d must be %s, got %s".formatted(i, inputTypes.get(i), types.get(
                        i)));
            }
        }
    }

    @Override
    public String explain() {
        return program.explain();
    }
}
