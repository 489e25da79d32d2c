package cotangent.linalg.tangent;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.tangent.Models.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StructuredKernelTest {
    private static final long AMPLE = 1L << 26;

    static Stream<Model> models() {
        return Models.separable();
    }

    private static SampleFactorProgram program(Model model, Tree x) {
        return SampleFactorProgram.of(model.function(), new int[]{Fn.UNMAPPED, model.axis()}, List.of(model
                .parameters()
                .structure(), x.structure())).program().orElseThrow();
    }

    /** J in float64 arithmetic on the model's own numbers, one row an output. */
    static double[][] jacobian(Model model, Tree x) {
        Linearization at = model.as(DType.F64)
                .function()
                .linearize(model.as(DType.F64).parameters(), x.structure()
                        .build(x.leaves().stream().map(leaf -> leaf.cast(DType.F64)).toList()));
        int rows = at.forward().outputSize();
        int columns = at.forward().inputSize();
        double[] transposed = at.transpose().applyBlock(Tensor.eye(rows, DType.F64)).toDoubles();
        double[][] jacobian = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < columns; p++) {
                jacobian[i][p] = transposed[p * rows + i];
            }
        }
        return jacobian;
    }

    /** The reduced kernel by its definition. */
    static double[][] expected(double[][] left, OutputReduction rows, double[][] right, OutputReduction columns) {
        double[][] kernel = new double[rows.rows()][columns.rows()];
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < right.length; j++) {
                if (rows.traceIndex(i) == columns.traceIndex(j) && rows.diagonalIndex(i) == columns.diagonalIndex(j)) {
                    double sum = 0;
                    for (int p = 0; p < left[i].length; p++) {
                        sum += left[i][p] * right[j][p];
                    }
                    kernel[rows.row(i)][columns.row(j)] += sum / rows.traces();
                }
            }
        }
        return kernel;
    }

    /**
     * Factors of these models are results of under 300 roundings of numbers of order one, relative to which no gradient is
     * larger than 30 in norm here; entries of the kernel are inner products of two gradients.
     */
    static void requireClose(Tensor actual, double[][] expected, Model model) {
        double eps = model.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53;
        double size = 1;
        for (double[] row : expected) {
            for (double entry : row) {
                size = Math.max(size, Math.abs(entry));
            }
        }
        assertThat(actual.shape()).isEqualTo(Shape.of(expected.length, expected[0].length));
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                worst = Math.max(worst, Math.abs(actual.get(i, j) - expected[i][j]));
            }
        }
        assertThat(worst).as("%s, entries up to %s", model, size).isLessThanOrEqualTo(600 * eps * size);
    }

    private static Tensor dense(Model model, OutputReduction reduction, long budget) {
        SampleFactorProgram program = program(model, model.x());
        SampleFactors factors = program.at(model.parameters(), model.x());
        return StructuredKernel.of(program, reduction, program, reduction, leaf -> true, budget)
                .orElseThrow()
                .dense(
                        factors, factors);
    }

    private static Shape output(Model model, Tree x) {
        List<Tensor> leaves = model.function().apply(model.parameters(), x).leaves();
        return leaves.size() == 1 ? leaves.getFirst().shape()
                : Shape.of(leaves.stream()
                        .mapToInt(leaf -> leaf.shape()
                                .size())
                        .sum());
    }

    @ParameterizedTest
    @MethodSource("models")
    void theWholeKernelIsThatOfTheJacobian(Model model) {
        double[][] jacobian = jacobian(model, model.x());
        OutputReduction none = OutputReduction.none(jacobian.length);
        double[][] expected = expected(jacobian, none, jacobian, none);
        requireClose(dense(model, none, AMPLE), expected, model);
        // So little that outputs and columns of gradients go one by one.
        requireClose(dense(model, none, 1), expected, model);
    }

    @ParameterizedTest
    @MethodSource("models")
    void tracedAndDiagonalAxesAreMeansAndBlocks(Model model) {
        double[][] jacobian = jacobian(model, model.x());
        Shape output = output(model, model.x());
        for (int traced = 0; traced < output.rank(); traced++) {
            for (int diagonal = 0; diagonal < output.rank(); diagonal++) {
                if (output.rank() < 2 || traced == model.axis() || diagonal == model.axis()) {
                    continue;
                }
                OutputReduction reduction = OutputReduction.of(output, Axes.of(traced), diagonal == traced ? Axes.of()
                        : Axes.of(diagonal));
                double[][] expected = expected(jacobian, reduction, jacobian, reduction);
                requireClose(dense(model, reduction, AMPLE), expected, model);
                requireClose(dense(model, reduction, 1), expected, model);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void twoDataSetsMakeACrossKernel(Model model) {
        double[][] left = jacobian(model, model.x());
        double[][] right = jacobian(model, model.other());
        SampleFactorProgram rows = program(model, model.x());
        SampleFactorProgram columns = program(model, model.other());
        for (long budget : new long[]{AMPLE, 1}) {
            Tensor kernel = StructuredKernel.of(rows, OutputReduction.none(left.length), columns, OutputReduction.none(
                    right.length), leaf -> true, budget)
                    .orElseThrow()
                    .dense(rows.at(model.parameters(), model.x()),
                            columns.at(model.parameters(), model.other()));
            requireClose(kernel, expected(left, OutputReduction.none(left.length), right, OutputReduction.none(
                    right.length)), model);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void parametersPartsAddUp(Model model) {
        SampleFactorProgram program = program(model, model.x());
        SampleFactors factors = program.at(model.parameters(), model.x());
        double[][] jacobian = jacobian(model, model.x());
        OutputReduction none = OutputReduction.none(jacobian.length);
        Tensor sum = Tensor.zeros(model.dtype(), jacobian.length, jacobian.length);
        for (int leaf = 0; leaf < program.leafCount(); leaf++) {
            int one = leaf;
            sum = sum.plus(StructuredKernel.of(program, none, program, none, other -> other == one, AMPLE)
                    .orElseThrow()
                    .dense(factors, factors));
        }
        requireClose(sum, expected(jacobian, none, jacobian, none), model);
    }

    @ParameterizedTest
    @MethodSource("models")
    void anyNumberOfThreadsGivesTheSameBits(Model model) throws Exception {
        OutputReduction none = OutputReduction.none(output(model, model.x()).size());
        Tensor one = Workers.withLimit(1, () -> dense(model, none, AMPLE));
        assertThat(Workers.withLimit(2, () -> dense(model, none, AMPLE))).isEqualTo(one);
    }
}
