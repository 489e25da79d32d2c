package cotangent.linalg.ntk;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.MemoryBudget;
import cotangent.linalg.tangent.OutputReduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel is over.
 *
 * @param outputs      of the model
 * @param traced       axes of these that it is averaged over
 * @param diagonal     axes along which only blocks on the diagonal count
 * @param sampleAxes   per further input of the model, or null where they are the first
 * @param parameters   names of those that it is differentiated by; empty for all
 * @param memory       bytes to work with
 */
record KernelOptions(Outputs outputs, List<Integer> traced, List<Integer> diagonal, int @Nullable [] sampleAxes,
        List<String> parameters, long memory) {
    static KernelOptions standard() {
        return new KernelOptions(Outputs.all(), List.of(), List.of(), null, List.of(), MemoryBudget.bytes());
    }

    KernelOptions with(Outputs other) {
        return new KernelOptions(other, traced, diagonal, sampleAxes, parameters, memory);
    }

    KernelOptions withTraced(int... axes) {
        return new KernelOptions(outputs, list(axes), diagonal, sampleAxes, parameters, memory);
    }

    KernelOptions withDiagonal(int... axes) {
        return new KernelOptions(outputs, traced, list(axes), sampleAxes, parameters, memory);
    }

    KernelOptions withSampleAxes(int... axes) {
        return new KernelOptions(outputs, traced, diagonal, axes.clone(), parameters, memory);
    }

    KernelOptions withParameters(String... names) {
        return new KernelOptions(outputs, traced, diagonal, sampleAxes, List.of(names), memory);
    }

    KernelOptions withMemory(long bytes) {
        return new KernelOptions(outputs, traced, diagonal, sampleAxes, parameters, bytes);
    }

    private static List<Integer> list(int... axes) {
        return Arrays.stream(axes).boxed().toList();
    }

    /** What the axes do to the kernel over a model's chosen outputs. */
    OutputReduction reduction(Structure output) {
        List<TensorType> types = output.types();
        if (types.size() != 1) {
            if (traced.isEmpty() && diagonal.isEmpty()) {
                return OutputReduction.none(types.stream().mapToInt(TensorType::size).sum());
            }
            throw new ShapeException("traceAxes, diagonalAxes: expected one output tensor, got " + output);
        }
        Shape shape = types.getFirst().shape();
        Axes gone = axes("traceAxes", shape, traced);
        Axes apart = axes("diagonalAxes", shape, diagonal);
        if (gone.stream().anyMatch(apart::contains)) {
            throw new ShapeException("traceAxes %s and diagonalAxes %s of output %s must differ".formatted(gone, apart,
                    shape));
        }
        return OutputReduction.of(shape, gone, apart);
    }

    private static Axes axes(String name, Shape shape, List<Integer> wanted) {
        return Axes.normalize(name, shape.rank(), wanted.stream().mapToInt(axis -> axis).toArray()).sorted();
    }

    @Override
    public String toString() {
        List<String> said = new ArrayList<>();
        if (!(outputs instanceof Outputs.All)) {
            said.add("outputs " + outputs);
        }
        if (!traced.isEmpty()) {
            said.add("traced over axes " + traced);
        }
        if (!diagonal.isEmpty()) {
            said.add("diagonal along axes " + diagonal);
        }
        if (!parameters.isEmpty()) {
            said.add("parameters " + parameters);
        }
        return String.join(", ", said);
    }
}
