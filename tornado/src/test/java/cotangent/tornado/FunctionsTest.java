package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.tornado.device.Dialect;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Elementary functions as kernels, in every dialect: each within the bounds that hold for all backends. */
class FunctionsTest {
    private static final double[] SPECIAL = {0.0, -0.0, 1, -1, 0.5, 1e-8, -1e-8, 1e-300, -1e-310, Double.MIN_VALUE,
            0x1p-149, 0x1.8p-130, 1e-39, 1e-44, 88, -87.5, -103, 89, 709, -745, 710, 1e4, -1e4, 3e5, 1e10, 1e30, 3e38,
            1e300,
            Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, Math.PI, -Math.PI / 2,
            22};

    private static Tensor arguments(DType dtype, Against against) {
        double[] random = against.numbers(DType.F64, 30, 200).toDoubles();
        double[] all = java.util.Arrays.copyOf(SPECIAL, SPECIAL.length + random.length);
        System.arraycopy(random, 0, all, SPECIAL.length, random.length);
        return Against.tensor(cotangent.dsl.TensorType.of(dtype, all.length), all);
    }

    private static void check(Dialect dialect) {
        check(new Against(dialect));
    }

    static void check(Against against) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = arguments(dtype, against);
            for (UnaryFunction function : UnaryFunction.values()) {
                if (function != UnaryFunction.NOT) {
                    against.near(in -> List.of(in.getFirst().operation(new Op.Unary(function), in)), x);
                }
            }
            Tensor y = Tensor.wrap(Shape.of(x.type().size()), x.toDoubles());
            Tensor powers = dtype == DType.F64 ? y : x;
            against.near(
                    in -> List.of(in.get(0)
                            .operation(new Op.Binary(BinaryFunction.POW), List.of(in.get(0).abs(), in
                                    .get(1)))),
                    x, Against.tensor(powers.type(), against.numbers(DType.F64, 3, x.type().size()).toDoubles()));
        }
    }

    @Test
    void withBits() {
        check(CpuDevice.FULL);
    }

    @Test
    void withoutBits() {
        check(CpuDevice.WITHOUT_BITS);
    }

    /** Both ways of getting at a number's bits are exact, so results are the same to the bit. */
    @Test
    void bitsByArithmeticAreTheSame() {
        Against full = new Against(CpuDevice.FULL);
        Against without = new Against(CpuDevice.WITHOUT_BITS);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = arguments(dtype, full);
            for (UnaryFunction function : List.of(UnaryFunction.EXP, UnaryFunction.LOG, UnaryFunction.LOG1P,
                    UnaryFunction.SIN, UnaryFunction.TANH, UnaryFunction.SIGMOID, UnaryFunction.ERF)) {
                java.util.function.Function<List<Expr>, List<Expr>> graph = in -> List.of(in.getFirst()
                        .operation(new Op.Unary(function), in));
                assertThat(without.run(graph, x)).as("%s of %s", function, dtype).isEqualTo(full.run(graph, x));
            }
        }
    }

    @Test
    void callsTheDevicesOwnWhereTheyAreAccurate() {
        check(CpuDevice.FULL.with(Set.of(new Dialect.Accurate(UnaryFunction.EXP, DType.F32), new Dialect.Accurate(
                UnaryFunction.LOG, DType.F64), new Dialect.Accurate(UnaryFunction.TANH, DType.F32))));
    }
}
