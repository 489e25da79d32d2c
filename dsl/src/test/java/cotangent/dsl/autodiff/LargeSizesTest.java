package cotangent.dsl.autodiff;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Padding;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose values have more than 2^31 - 1 elements: refused while the graph is built, from shapes alone. */
final class LargeSizesTest {
    private static final int HALF = 1_500_000_000;

    private record Case(Fn function, List<TensorType> inputs) {
        static Case of(Fn function, int[]... shapes) {
            return new Case(function, Arrays.stream(shapes).map(shape -> TensorType.of(DType.F32, shape)).toList());
        }

        @Override
        public String toString() {
            return function.name();
        }
    }

    static Stream<Case> cases() {
        int[] column = {50_000, 1};
        int[] row = {1, 50_000};
        int[] vector = {HALF};
        return Stream.of(
                Case.of(Fn.of("broadcast", (a, b) -> a.plus(b)), column, row),
                Case.of(Fn.of("product", (a, b) -> a.matmul(b)), column, row),
                Case.of(Fn.of("concat", (a, b) -> Expr.concat(0, a, b)), vector, vector),
                Case.of(Fn.of("pad", (a, b) -> a.plus(b).pad(new int[]{HALF}, new int[]{0})), vector, vector),
                Case.of(Fn.of("stack", (a, b) -> Expr.stack(0, a, b)), vector, vector),
                Case.of(Fn.of("batched product", (a, b) -> a.einsum("ik,jl->ijkl", b)), column, row),
                Case.of(Fn.of("batch", (a, b) -> a.times(b)).vmap(new int[]{0, Fn.UNMAPPED}, 0), new int[]{50_000},
                        new int[]{50_000}),
                Case.of(Fn.of("Hessian", (a, b) -> a.times(b).square().sum()).hessian(), new int[]{50_000},
                        new int[]{50_000}));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedFromShapesAlone(Case model) {
        List<Structure> structures = model.inputs().stream().map(type -> (Structure) new Structure.Leaf(type)).toList();
        assertThatThrownBy(() -> model.function().trace(structures)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("2^31 - 1");
    }

    @Test
    void isRefusedWhereParametersTogetherAreTooMany() {
        Expr first = Expr.input(TensorType.of(DType.F32, HALF));
        Expr second = Expr.input(TensorType.of(DType.F32, HALF));
        assertThatThrownBy(
                () -> LinearProgram.of(List.of(first, second), List.of(first.plus(second)), Map.of(), Backends
                        .byDefault()))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("2^31 - 1");
    }
}
