package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Primitives that move, pick or combine elements against the scalar interpreter. Elements are small integers, whose sums
 * and products are exact in both, so results must be equal.
 */
class AgainstReferenceTest {
    private static final List<DType> NUMERIC = List.of(DType.F32, DType.F64, DType.I32);
    private final Random random = new Random(6);

    private Tensor integers(DType dtype, int... extents) {
        int size = Shape.of(extents).size();
        return Graphs.of(TensorType.of(dtype, extents), random.ints(size, -9, 10).asDoubleStream().toArray());
    }

    private static void assertSame(Function<List<Expr>, List<Expr>> function, Tensor... arguments) {
        List<Tensor> inputs = List.of(arguments);
        Graph graph = Graphs.graph(function, inputs);
        List<Tensor> expected = new ReferenceBackend(true).compile(graph).run(inputs);
        for (int bits : Graphs.BITS) {
            List<Tensor> actual = Graphs.run(bits, function, arguments);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).type()).isEqualTo(expected.get(i).type());
                double[] want = expected.get(i).toDoubles();
                double[] got = actual.get(i).toDoubles();
                for (int j = 0; j < want.length; j++) {
                    assertThat(got[j] == want[j] || Double.isNaN(got[j]) && Double.isNaN(want[j])).as(
                            "output %d, element %d: %s, expected %s, at %d bits of%n%s", i, j, got[j], want[j], bits,
                            graph).isTrue();
                }
            }
        }
    }

    private static Expr apply(Op op, Expr... inputs) {
        return inputs[0].operation(op, List.of(inputs));
    }

    @Test
    void reductionsOverAnyAxes() {
        for (DType dtype : NUMERIC) {
            for (Reduction reduction : Reduction.values()) {
                for (int size : Graphs.SIZES) {
                    if (size == 0 && reduction != Reduction.SUM) {
                        continue;
                    }
                    Tensor x = integers(dtype, 3, size, 5);
                    for (int subset = 0; subset < 8; subset++) {
                        int chosen = subset;
                        Axes axes = Axes.of(java.util.stream.IntStream.range(0, 3)
                                .filter(axis -> (chosen >> axis
                                        & 1) != 0)
                                .toArray());
                        assertSame(in -> List.of(apply(new Op.Reduce(reduction, axes), in.getFirst())), x);
                    }
                    Tensor row = integers(dtype, 4, size);
                    assertSame(in -> List.of(apply(new Op.Reduce(reduction, Axes.of(1)), in.getFirst()
                            .times(in
                                    .getFirst())
                            .plus(1)), apply(new Op.Reduce(reduction, Axes.of(0)), in.getFirst())), row);
                }
            }
        }
    }

    @Test
    void longRowsUseEveryAccumulator() {
        for (DType dtype : NUMERIC) {
            for (int size : new int[]{63, 64, 65, 127, 130, 1000}) {
                assertSame(in -> List.of(in.getFirst().sum(), in.getFirst().max(-1), in.getFirst().min(-1)), integers(
                        dtype, 3, size));
            }
        }
    }

    @Test
    void maximumOfNanIsNan() {
        for (int size : Graphs.SIZES) {
            if (size > 0) {
                double[] elements = random.doubles(size).toArray();
                elements[random.nextInt(size)] = Double.NaN;
                assertSame(in -> List.of(in.getFirst().max(), in.getFirst().min()), Tensor.of(elements));
            }
        }
    }

    @Test
    void layout() {
        for (DType dtype : DType.values()) {
            for (int size : Graphs.SIZES) {
                Tensor x = integers(dtype, 4, size, 3);
                assertSame(in -> List.of(in.getFirst().transpose(2, 1, 0), in.getFirst().transpose(1, 2, 0)), x);
                assertSame(in -> List.of(in.getFirst().transpose(2, 0, 1).reshape(Shape.of(12 * size))), x);
                assertSame(in -> List.of(apply(new Op.Reverse(Axes.of(0, 2)), in.getFirst())), x);
                assertSame(in -> List.of(apply(new Op.Slice(Axes.of(1, 0, 0), Axes.of(4, size, 3), Axes.of(2, 3, 2)), in
                        .getFirst())), x);
                assertSame(in -> List.of(apply(new Op.Broadcast(Shape.of(2, 4, size, 5, 3), Axes.of(1, 2, 4)), in
                        .getFirst())), x);
                assertSame(in -> List.of(apply(new Op.Concat(1), in.get(0), in.get(1), in.get(0))), x,
                        integers(dtype, 4,
                                2, 3));
                if (dtype.isNumeric()) {
                    assertSame(in -> List.of(apply(new Op.Pad(Axes.of(1, 0, 2), Axes.of(0, 3, 0), Axes.of(0, 1, 2)), in
                            .getFirst())), x);
                }
            }
        }
    }

    @Test
    void largeTranspositions() {
        for (DType dtype : DType.values()) {
            assertSame(in -> List.of(in.getFirst().transpose()), integers(dtype, 50, 51));
            assertSame(in -> List.of(in.getFirst().transpose(1, 0, 2), in.getFirst().transpose(2, 1, 0)), integers(
                    dtype, 40, 70, 3));
        }
    }

    @Test
    void elementwiseOfViews() {
        for (int size : Graphs.SIZES) {
            Tensor x = integers(DType.F32, size, 6);
            Tensor y = integers(DType.F32, 6, size);
            assertSame(in -> List.of(in.get(0)
                    .transpose()
                    .plus(in.get(1))
                    .times(apply(new Op.Reverse(Axes.of(1)), in
                            .get(1)))),
                    x, y);
            assertSame(in -> List.of(in.get(0).transpose().times(2).sum(1), in.get(1).sum(0)), x, y);
        }
    }

    @Test
    void products() {
        for (DType dtype : NUMERIC) {
            for (int size : Graphs.SIZES) {
                assertSame(in -> List.of(in.get(0).matmul(in.get(1)), in.get(1)
                        .transpose()
                        .matmul(in.get(0)
                                .transpose())),
                        integers(dtype, 5, size), integers(dtype, size, 3));
                assertSame(in -> List.of(in.get(0).matmul(in.get(1))), integers(dtype, size), integers(dtype, size));
                assertSame(in -> List.of(in.get(0).outer(in.get(1))), integers(dtype, size), integers(dtype, 4));
                assertSame(in -> List.of(in.get(0).matmul(in.get(1))), integers(dtype, 2, 1, 4, size), integers(dtype,
                        3, size, 5));
                assertSame(in -> List.of(apply(new Op.Dot(Axes.of(0, 3), Axes.of(2, 1), Axes.of(2), Axes.of(0)), in.get(
                        0), in.get(1))), integers(dtype, 2, size, 3, 4), integers(dtype, 3, 4, 2, 5));
                assertSame(in -> List.of(apply(new Op.Dot(Axes.of(1), Axes.of(0), Axes.of(), Axes.of()), apply(
                        new Op.Reverse(Axes.of(0, 1)), in.get(0)), in.get(1))), integers(dtype, 3, size), integers(
                                dtype, size, 4));
            }
        }
    }

    @Test
    void runningSumsAndLargestElements() {
        for (DType dtype : NUMERIC) {
            for (int size : Graphs.SIZES) {
                Tensor x = integers(dtype, 3, size, 2);
                for (int axis = 0; axis < 3; axis++) {
                    int along = axis;
                    assertSame(in -> List.of(apply(new Op.CumSum(along, false), in.getFirst()), apply(new Op.CumSum(
                            along, true), in.getFirst())), x);
                    if (size > 0) {
                        assertSame(in -> List.of(apply(new Op.ArgMax(along), in.getFirst())), x);
                    }
                }
            }
        }
    }

    @Test
    void gatherAndScatterAdd() {
        for (DType dtype : NUMERIC) {
            for (int size : Graphs.SIZES) {
                Tensor x = integers(dtype, 2, 5, 3);
                Tensor indices = Tensor.wrap(Shape.of(2, size), random.ints(2 * size, 0, 3).toArray());
                assertSame(in -> List.of(apply(new Op.Gather(2, 1), in.get(0), in.get(1)), apply(new Op.Gather(1, 0), in
                        .get(0), in.get(1))), x, indices);
                assertSame(in -> List.of(apply(new Op.ScatterAdd(2, 1), in.get(0), in.get(1), in.get(2))), x, indices,
                        integers(dtype, 2, 5, size));
                assertSame(in -> List.of(apply(new Op.ScatterAdd(1, 0), in.get(0), in.get(1), in.get(2))), x, indices,
                        integers(dtype, 2, 2, size, 3));
            }
        }
        Tensor bad = Tensor.of(0, 5);
        assertThatThrownBy(() -> Graphs.run(256, in -> List.of(apply(new Op.Gather(0, 0), in.get(0), in.get(1))),
                integers(DType.F64, 5), bad)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("index 5")
                .hasMessageContaining("extent 5");
    }

    @Test
    void iotaConstantsAndRandomNumbers() {
        for (DType dtype : NUMERIC) {
            assertSame(in -> List.of(Expr.iota(TensorType.of(dtype, 3, 17, 2), 1).times(in.getFirst()), Expr.iota(
                    TensorType.of(dtype, 3, 17), 1)), integers(dtype, 3, 17, 2));
        }
        Key first = Key.of(3);
        Key second = Key.of(4).stream(9);
        Tensor keys = Tensor.stack(0, first.toTensor(), second.toTensor());
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            TensorType type = TensorType.of(dtype, 3, 7);
            List<Tensor> drawn = Graphs.run(256, in -> java.util.Arrays.stream(Distribution.values())
                    .map(
                            distribution -> apply(new Op.Random(distribution, type), in.getFirst()))
                    .toList(), keys);
            assertThat(drawn.get(0)).isEqualTo(Tensor.stack(0, first.uniform(type.shape(), dtype), second.uniform(type
                    .shape(), dtype)));
            assertThat(drawn.get(1)).isEqualTo(Tensor.stack(0, first.normal(type.shape(), dtype), second.normal(type
                    .shape(), dtype)));
            assertThat(drawn.get(2)).isEqualTo(Tensor.stack(0, first.rademacher(type.shape(), dtype), second.rademacher(
                    type.shape(), dtype)));
        }
    }

    @Test
    void outputsThatAreInputsConstantsOrEachOther() {
        Tensor x = integers(DType.F64, 3, 4);
        assertSame(in -> {
            Expr twice = in.getFirst().times(2);
            return List.of(in.getFirst(), in.getFirst().reshape(Shape.of(12)), twice, twice, twice.reshape(Shape.of(4,
                    3)), twice.plus(1), in.getFirst().constant(Tensor.of(1.0, 2.0)), in.getFirst().filled(3), in
                            .getFirst()
                            .constant(Tensor.ones(DType.F64, 5, 5)),
                    twice.sum());
        }, x);
    }

    @Test
    void scalarsAndEmptyTensors() {
        assertSame(in -> List.of(in.get(0).plus(in.get(1)), in.get(0).sum(), in.get(0).times(in.get(0)).sum()), Tensor
                .scalar(3), Tensor.scalar(4));
        assertSame(in -> List.of(in.getFirst().sum(0), in.getFirst().sum(1), in.getFirst().plus(1)), Tensor.zeros(
                DType.F64, 0, 3));
    }

    @Test
    void refusesOtherInputs() {
        List<Tensor> inputs = List.of(Tensor.of(1.0, 2.0));
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(in -> List.of(in.getFirst().plus(1)), inputs),
                256, Form.VECTOR);
        assertThatThrownBy(() -> executable.run(List.of())).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "expected 1 inputs, got 0");
        assertThatThrownBy(() -> executable.run(List.of(Tensor.of(1f, 2f)))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("input 0 is f32[2], expected f64[2]");
    }
}
