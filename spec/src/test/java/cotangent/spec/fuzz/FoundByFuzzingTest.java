package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.ir.Graph;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What random graphs once found wrong, one graph each. */
final class FoundByFuzzingTest {
    static Stream<Backend> backends() {
        return Backends.all().stream().filter(Backend::isAvailable);
    }

    private static void check(Backend backend, Tensor input, UnaryOperator<Expr> function) {
        Expr x = Expr.input(input.type());
        Sample sample = new Sample(0, Graph.of(List.of(x), List.of(function.apply(x))), List.of(input));
        assertThat(new Comparison(backend).of(sample).disagreement()).isEmpty();
    }

    /** The loop nest before the running sum has nothing to do, and its result had no place. */
    @ParameterizedTest
    @MethodSource("backends")
    void aPrimitiveReadsWhatAnEmptyLoopWrote(Backend backend) {
        check(backend, Tensor.zeros(DType.F32, 3, 0, 4), x -> x.relu().cumsum(2));
    }

    /** A copy for the inner loop dropped the axis without elements, and had elements without it. */
    @ParameterizedTest
    @MethodSource("backends")
    void anEmptyTransposedOperandStaysEmpty(Backend backend) {
        check(backend, Tensor.zeros(DType.F32, 8, 0, 33, 3), x -> x.transpose(3, 0, 2, 1).plus(1));
    }

    /** A series that lost 13 ULP and passed 1. */
    @ParameterizedTest
    @MethodSource("backends")
    void erfNearOne(Backend backend) {
        check(backend, Tensor.of(-5.6001, 5.0911, 4.6513, -5.95, 2.5, 43), Expr::erf);
    }

    /** One over the largest numbers has no exponent, and its bits were those of minus infinity. */
    @ParameterizedTest
    @MethodSource("backends")
    void log1pOfTheLargestNumbers(Backend backend) {
        check(backend, Tensor.of(Float.MAX_VALUE, 0x1.8p127f, 0x1p127f), Expr::log1p);
        check(backend, Tensor.of(Double.MAX_VALUE, 0x1.8p1023, 0x1p1023), Expr::log1p);
    }
}
