package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of every length up to a little over four vectors: stored, summed down the rows, and summed down an axis further
 * out. Elements are small integers, whose sums and products are exact, so results must equal the interpreter's.
 */
class ShortRowsTest {
    private final Random random = new Random(11);

    static IntStream columns() {
        return IntStream.rangeClosed(2, 40);
    }

    @ParameterizedTest
    @MethodSource("columns")
    void storedAndSummed(int columns) {
        assertExact(in -> {
            Expr product = in.get(0).times(in.get(1)).plus(in.get(2));
            return List.of(product, product.sum(0), product.times(in.get(0)).sum(1));
        }, new int[]{5, columns}, new int[]{5, columns}, new int[]{columns});
    }

    @ParameterizedTest
    @MethodSource("columns")
    void summedDownAnAxisFurtherOut(int columns) {
        assertExact(in -> {
            Expr product = in.get(0).times(in.get(1));
            return List.of(product, product.sum(0), product.max(0));
        }, new int[]{6, 3, columns}, new int[]{6, 1, columns});
    }

    @ParameterizedTest
    @MethodSource("columns")
    void inThePlaceOfWhatIsReadForTheLastTime(int columns) {
        assertExact(in -> {
            Expr sum = in.get(0).plus(in.get(1));
            Expr turned = sum.matmul(in.get(2));
            return List.of(turned.times(turned).plus(in.get(1)).matmul(in.get(2)));
        }, new int[]{4, columns}, new int[]{columns}, new int[]{columns, columns});
    }

    private void assertExact(Function<List<Expr>, List<Expr>> function, int[]... shapes) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor[] arguments = new Tensor[shapes.length];
            for (int i = 0; i < shapes.length; i++) {
                int size = IntStream.of(shapes[i]).reduce(1, (a, b) -> a * b);
                arguments[i] = Graphs.of(TensorType.of(dtype, shapes[i]),
                        random.ints(size, -2, 3).asDoubleStream().toArray());
            }
            Graph graph = Graphs.graph(function, List.of(arguments));
            List<Tensor> expected = new ReferenceBackend(true).compile(graph).run(List.of(arguments));
            for (int bits : Graphs.BITS) {
                List<Tensor> actual = Graphs.run(bits, function, arguments);
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(actual.get(i).toDoubles()).as("output %d at %d bits", i, bits)
                            .containsExactly(expected.get(i).toDoubles());
                }
            }
        }
    }
}
