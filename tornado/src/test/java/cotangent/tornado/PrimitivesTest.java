package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.tornado.device.Dialect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Primitives that move, pick or combine elements, as kernels. Elements are small integers, whose sums and products are
 * exact, so results must be the reference backend's to the bit.
 */
class PrimitivesTest {
    private static final List<DType> NUMERIC = List.of(DType.F32, DType.F64, DType.I32);
    private static final int[] SIZES = {0, 1, 3, 4, 5, 17};
    private final Against against = against(CpuDevice.FULL);

    /** Where kernels run; a test on a device brings its own. */
    Against against(Dialect dialect) {
        return new Against(dialect);
    }

    private static Expr apply(Op op, Expr... inputs) {
        return inputs[0].operation(op, List.of(inputs));
    }

    @Test
    void reductionsOverAnyAxes() {
        for (DType dtype : NUMERIC) {
            for (Reduction reduction : Reduction.values()) {
                for (int size : SIZES) {
                    if (size == 0 && reduction != Reduction.SUM) {
                        continue;
                    }
                    Tensor x = against.integers(dtype, 3, size, 5);
                    for (int subset = 0; subset < 8; subset++) {
                        int chosen = subset;
                        Axes axes = Axes.of(IntStream.range(0, 3).filter(axis -> (chosen >> axis & 1) != 0).toArray());
                        against.same(in -> List.of(apply(new Op.Reduce(reduction, axes), in.getFirst())), x);
                    }
                    Tensor row = against.integers(dtype, 4, size);
                    against.same(in -> List.of(apply(new Op.Reduce(reduction, Axes.of(1)), in.getFirst()
                            .times(in.getFirst())
                            .plus(1)), apply(new Op.Reduce(reduction, Axes.of(0)), in.getFirst()), in.getFirst()
                                    .times(in
                                            .getFirst())
                                    .plus(1)),
                            row);
                }
            }
        }
    }

    /** Long sums are made by groups of work items. */
    @Test
    void longReductions() {
        for (DType dtype : NUMERIC) {
            for (int size : new int[]{256, 257, 300}) {
                Tensor x = against.integers(dtype, 3, size);
                against.same(in -> List.of(in.getFirst().sum(), in.getFirst().max(-1), in.getFirst().min(-1),
                        in.getFirst()
                                .times(in.getFirst())
                                .sum(-1),
                        in.getFirst().sum(0)), x);
            }
        }
    }

    @Test
    void extremesOfNanAreNan() {
        for (int size : new int[]{1, 5, 300}) {
            double[] elements = new double[size];
            elements[size / 2] = Double.NaN;
            against.same(in -> List.of(in.getFirst().max(), in.getFirst().min(), in.getFirst().max(in.get(1)), in.get(1)
                    .min(in.getFirst())), Tensor.of(elements), Tensor.of(new double[size]));
        }
    }

    @Test
    void layout() {
        for (DType dtype : DType.values()) {
            for (int size : SIZES) {
                Tensor x = against.integers(dtype, 4, size, 3);
                against.same(in -> List.of(in.getFirst().transpose(2, 1, 0), in.getFirst().transpose(1, 2, 0)), x);
                against.same(in -> List.of(in.getFirst().transpose(2, 0, 1).reshape(Shape.of(12 * size))), x);
                against.same(in -> List.of(apply(new Op.Reverse(Axes.of(0, 2)), in.getFirst())), x);
                against.same(
                        in -> List.of(apply(new Op.Slice(Axes.of(1, 0, 0), Axes.of(4, size, 3), Axes.of(2, 3, 2)), in
                                .getFirst())),
                        x);
                against.same(in -> List.of(apply(new Op.Broadcast(Shape.of(2, 4, size, 5, 3), Axes.of(1, 2, 4)), in
                        .getFirst())), x);
                against.same(in -> List.of(apply(new Op.Concat(1), in.get(0), in.get(1), in.get(0))), x,
                        against.integers(
                                dtype, 4, 2, 3));
                if (dtype.isNumeric()) {
                    against.same(
                            in -> List.of(apply(new Op.Pad(Axes.of(1, 0, 2), Axes.of(0, 3, 0), Axes.of(0, 1, 2)), in
                                    .getFirst())),
                            x);
                }
            }
        }
    }

    @Test
    void elementwiseOfViews() {
        for (int size : SIZES) {
            Tensor x = against.integers(DType.F32, size, 6);
            Tensor y = against.integers(DType.F32, 6, size);
            against.same(in -> List.of(in.get(0)
                    .transpose()
                    .plus(in.get(1))
                    .times(apply(new Op.Reverse(Axes.of(1)), in.get(1)))), x, y);
            against.same(in -> List.of(in.get(0).transpose().times(2).sum(1), in.get(1).sum(0)), x, y);
        }
    }

    @Test
    void comparisonsChoicesAndCasts() {
        for (DType dtype : NUMERIC) {
            for (int size : SIZES) {
                Tensor x = against.integers(dtype, size);
                Tensor y = against.integers(dtype, size);
                for (Comparison comparison : Comparison.values()) {
                    against.same(in -> {
                        Expr holds = apply(new Op.Compare(comparison), in.get(0), in.get(1));
                        return List.of(holds, apply(new Op.Select(), holds, in.get(0), in.get(1)), apply(new Op.Cast(
                                dtype), holds));
                    }, x, y);
                }
                for (DType other : DType.values()) {
                    against.same(in -> List.of(apply(new Op.Cast(other), in.getFirst())), x);
                }
            }
        }
    }

    @Test
    void products() {
        for (DType dtype : NUMERIC) {
            for (int size : SIZES) {
                against.same(in -> List.of(in.get(0).matmul(in.get(1)), in.get(1)
                        .transpose()
                        .matmul(in.get(0)
                                .transpose())),
                        against.integers(dtype, 5, size), against.integers(dtype, size, 3));
                against.same(in -> List.of(in.get(0).matmul(in.get(1))), against.integers(dtype, size),
                        against.integers(
                                dtype, size));
                against.same(in -> List.of(in.get(0).outer(in.get(1))), against.integers(dtype, size), against.integers(
                        dtype, 4));
                against.same(in -> List.of(in.get(0).matmul(in.get(1))), against.integers(dtype, 2, 1, 4, size), against
                        .integers(dtype, 3, size, 5));
                against.same(
                        in -> List.of(apply(new Op.Dot(Axes.of(0, 3), Axes.of(2, 1), Axes.of(2), Axes.of(0)), in.get(
                                0), in.get(1))),
                        against.integers(dtype, 2, size, 3, 4), against.integers(dtype, 3, 4, 2, 5));
            }
        }
    }

    /** The tile that real devices use. */
    @Test
    void productsInLargeTiles() {
        Against large = against(new Dialect(true, true, java.util.Set.of(), 16, 128));
        for (int[] extents : new int[][]{{16, 16, 16}, {17, 3, 33}, {1, 40, 15}}) {
            large.same(in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).sum()),
                    large.integers(DType.F32, extents[0],
                            extents[1]),
                    large.integers(DType.F32, extents[1], extents[2]));
        }
        large.same(in -> List.of(in.getFirst().sum()), large.integers(DType.F64, 300));
    }

    @Test
    void runningSumsAndLargestElements() {
        for (DType dtype : NUMERIC) {
            for (int size : SIZES) {
                Tensor x = against.integers(dtype, 3, size, 2);
                for (int axis = 0; axis < 3; axis++) {
                    int along = axis;
                    against.same(in -> List.of(apply(new Op.CumSum(along, false), in.getFirst()), apply(new Op.CumSum(
                            along, true), in.getFirst())), x);
                    if (size > 0) {
                        against.same(in -> List.of(apply(new Op.ArgMax(along), in.getFirst())), x);
                    }
                }
            }
        }
        against.same(in -> List.of(apply(new Op.ArgMax(0), in.getFirst())), Tensor.of(1.0, Double.NaN, 3, Double.NaN));
    }

    @Test
    void gatherAndScatterAdd() {
        for (DType dtype : NUMERIC) {
            for (int size : SIZES) {
                Tensor x = against.integers(dtype, 2, 5, 3);
                Tensor indices = Tensor.wrap(Shape.of(2, size),
                        IntStream.range(0, 2 * size).map(i -> i * 7 % 3).toArray());
                against.same(
                        in -> List.of(apply(new Op.Gather(2, 1), in.get(0), in.get(1)), apply(new Op.Gather(1, 0), in
                                .get(0), in.get(1))),
                        x, indices);
                against.same(in -> List.of(apply(new Op.ScatterAdd(2, 1), in.get(0), in.get(1), in.get(2))), x, indices,
                        against.integers(dtype, 2, 5, size));
                against.same(in -> List.of(apply(new Op.ScatterAdd(1, 0), in.get(0), in.get(1), in.get(2))), x, indices,
                        against.integers(dtype, 2, 2, size, 3));
            }
        }
    }

    @Test
    void refusesIndicesOutsideAndDivisionByZero() {
        for (int bad : new int[]{5, -1}) {
            assertThatThrownBy(() -> against.run(in -> List.of(apply(new Op.Gather(0, 0), in.get(0), in.get(1))),
                    against
                            .integers(DType.F64, 5),
                    Tensor.of(0, bad))).isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining(
                            "index " + bad)
                    .hasMessageContaining("extent 5");
            assertThatThrownBy(() -> against.run(in -> List.of(apply(new Op.ScatterAdd(0, 0), in.get(0), in.get(1),
                    in.get(
                            2))),
                    against.integers(DType.F64, 5), Tensor.of(0, bad), against.integers(DType.F64, 2))).isInstanceOf(
                            InvalidDataException.class);
        }
        assertThatThrownBy(
                () -> against.run(in -> List.of(in.get(0).dividedBy(in.get(1))), Tensor.of(1, 7), Tensor.of(1,
                        0)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("division of 7 by zero");
        against.same(in -> List.of(in.get(0).dividedBy(in.get(1))), Tensor.of(7, -7, 9), Tensor.of(2, 2, -4));
    }

    @Test
    void iotaConstantsAndRandomNumbers() {
        for (DType dtype : NUMERIC) {
            against.same(in -> List.of(Expr.iota(TensorType.of(dtype, 3, 17, 2), 1).times(in.getFirst()), Expr.iota(
                    TensorType.of(dtype, 3, 17), 1)), against.integers(dtype, 3, 17, 2));
        }
        Tensor keys = Tensor.wrap(Shape.of(2, 4), IntStream.concat(Arrays.stream(Key.of(3).toTensor().toInts()), Arrays
                .stream(Key.of(4).stream(9).toTensor().toInts())).toArray());
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            TensorType type = TensorType.of(dtype, 3, 7);
            against.same(in -> Arrays.stream(Distribution.values())
                    .map(distribution -> apply(new Op.Random(distribution,
                            type), in.getFirst()))
                    .toList(), keys);
        }
    }

    @Test
    void outputsThatAreInputsConstantsOrEachOther() {
        Tensor x = against.integers(DType.F64, 3, 4);
        against.same(in -> {
            Expr twice = in.getFirst().times(2);
            return List.of(in.getFirst(), in.getFirst().reshape(Shape.of(12)), twice, twice,
                    twice.reshape(Shape.of(4, 3)),
                    twice.plus(1), in.getFirst().constant(Tensor.of(1.0, 2.0)), in.getFirst().filled(3), in.getFirst()
                            .constant(Tensor.ones(DType.F64, 5, 5)),
                    twice.sum());
        }, x);
        assertThat(against.run(in -> List.of(in.getFirst()), x)).containsExactly(x);
    }

    @Test
    void scalarsAndEmptyTensors() {
        against.same(in -> List.of(in.get(0).plus(in.get(1)), in.get(0).sum(), in.get(0).times(in.get(0)).sum()), Tensor
                .scalar(3), Tensor.scalar(4));
        against.same(in -> List.of(in.getFirst().sum(0), in.getFirst().sum(1), in.getFirst().plus(1)), Tensor.zeros(
                DType.F64, 0, 3));
    }
}
