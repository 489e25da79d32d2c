package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results in tensors of the caller. */
class RunIntoTest {
    private static final Tensor X = Graphs.random(new Random(3), cotangent.dsl.DType.F64, 2, 4, 5);

    /** An input, a constant, one value twice, a view and a reduction. */
    private static Graph graph() {
        return Graphs.graph(in -> {
            Expr x = in.getFirst();
            Expr y = x.tanh();
            return List.of(x, y, y.transpose(), y, y.sum(0), x.constant(Tensor.of(1.0, 2.0)));
        }, List.of(X));
    }

    static Stream<Executable> executables() {
        return Stream.of(SimdExecutable.compile(graph(), 256, Form.SCALAR), SimdExecutable.compile(graph(), 128,
                Form.VECTOR), new ReferenceBackend(true).compile(graph()));
    }

    private static List<Tensor> empty(Executable executable) {
        return executable.run(List.of(X))
                .stream()
                .map(made -> Tensor.wrap(made.shape(), new double[made.type().size()]))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("executables")
    void aSecondCallOverwritesTheFirst(Executable executable) {
        List<Tensor> into = empty(executable);
        Tensor other = X.times(2);
        executable.runInto(List.of(other), into);
        assertThat(into).isEqualTo(executable.run(List.of(other)));
        executable.runInto(List.of(X), into);
        assertThat(into).isEqualTo(executable.run(List.of(X)));
    }

    @ParameterizedTest
    @MethodSource("executables")
    void resultsMustFitAndBeApart(Executable executable) {
        List<Tensor> into = empty(executable);
        assertThatThrownBy(() -> executable.runInto(List.of(X), into.subList(0, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected 6");
        List<Tensor> wrong = Stream.concat(into.stream().limit(5), Stream.of(Tensor.wrap(Shape.of(3), new double[3])))
                .toList();
        assertThatThrownBy(() -> executable.runInto(List.of(X), wrong)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("result 5");
        List<Tensor> shared = Stream.concat(Stream.of(X), into.stream().skip(1)).toList();
        assertThatThrownBy(() -> executable.runInto(List.of(X), shared)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("result 0 shares its array with input 0");
        List<Tensor> twice = Stream.concat(Stream.of(into.get(0), into.get(0)), into.stream().skip(2)).toList();
        assertThatThrownBy(() -> executable.runInto(List.of(X), twice)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("result 1 shares its array with result 0");
    }
}
