package cotangent.dsl.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A block's image is that of its columns, however it is cut and wherever the probe axis is put. */
class BlockProgramsTest {
    private static LinearProgram kernel(int samples, int... widths) {
        Mlp mlp = Nn.mlp(widths).activation(Activation.TANH).dtype(DType.F64);
        Linearization lin = mlp.fn().linearize(mlp.init(Key.of(0)), Key.of(1).normal(samples, widths[0]));
        return lin.transpose().then(lin.forward());
    }

    /** Every block size with the probe axis last (multiples of 8) and before the features, in one piece and in several. */
    @ParameterizedTest
    @CsvSource({"5, 1", "5, 7", "5, 8", "5, 64", "600, 8", "600, 24", "600, 29", "2000, 20"})
    void aBlockIsItsColumns(int samples, int columns) {
        LinearProgram kernel = kernel(samples, 20, 10, 4);
        Tensor block = Key.of(2).normal(kernel.inputSize(), columns);
        Tensor image = kernel.applyBlock(block);
        assertThat(image.shape()).isEqualTo(Shape.of(kernel.outputSize(), columns));
        for (int j = 0; j < columns; j += 5) {
            double[] column = image.at(1, j).toDoubles();
            double[] alone = kernel.apply(block.at(1, j)).toDoubles();
            double size = 0;
            for (double element : alone) {
                size = Math.max(size, Math.abs(element));
            }
            for (int i = 0; i < alone.length; i++) {
                // Some 2,000 terms at the most, in whichever order, with condition numbers of sums under 10.
                assertThat(column[i]).isCloseTo(alone[i], org.assertj.core.api.Assertions.within(20_000 * 0x1p-53
                        * size));
            }
        }
    }

    @Test
    void probesAreLastWhereFactorsAreSmallAndBlocksFillCacheLines() {
        assertThat(ProbeAxis.of(product(10, 4), 64)).isEqualTo(ProbeAxis.LAST);
        assertThat(ProbeAxis.of(product(10, 4), 7)).isEqualTo(ProbeAxis.BEFORE_FEATURES);
        assertThat(ProbeAxis.of(product(512, 512), 64)).isEqualTo(ProbeAxis.BEFORE_FEATURES);
    }

    @Test
    void withProbesLastNothingIsMoved() {
        Graph batched = Batching.vmap(product(10, 4), new int[]{-1, 1}, 64, 1, ProbeAxis.LAST);
        assertThat(batched.nodes()).noneMatch(node -> node.op() instanceof Op.Transpose);
        assertThat(batched.outputTypes()).containsExactly(TensorType.of(DType.F64, 6 * 4, 64));
    }

    /** δ·W of six samples, from one vector to one vector. */
    private static Graph product(int in, int out) {
        Expr w = Expr.input(TensorType.of(DType.F64, in, out));
        Expr vector = Expr.input(TensorType.of(DType.F64, 6 * in));
        Expr result = vector.reshape(Shape.of(6, in)).matmul(w).flatten();
        return Graph.of(List.of(w, vector), List.of(result));
    }
}
