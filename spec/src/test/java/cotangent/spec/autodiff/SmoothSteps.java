package cotangent.spec.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Padding;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Steps that are infinitely differentiable at every point, and that keep values of order one. */
final class SmoothSteps {
    private static final List<UnaryOperator<Expr>> UNARY = List.of(Expr::neg, Expr::sin, Expr::cos, Expr::tanh,
            Expr::sigmoid, Expr::erf, Expr::softplus, Expr::gelu, Expr::geluTanh, Expr::silu, x -> x.tanh().exp(),
            x -> x
                    .sin()
                    .expm1(),
            x -> above(x).log(), x -> x.square().log1p(), x -> above(x).sqrt(), x -> above(x)
                    .rsqrt(),
            x -> above(x).reciprocal(), x -> x.square().times(0.3), x -> above(x).pow(-1.5),
            x -> x.tanh().pow(3), x -> x.times(0.7).minus(0.2));

    static final List<Step> ALL = List.of(SmoothSteps::unary, SmoothSteps::unary, SmoothSteps::unary,
            SmoothSteps::unary, SmoothSteps::binary, SmoothSteps::binary, SmoothSteps::binary, SmoothSteps::reduce,
            SmoothSteps::normalise, SmoothSteps::contract, SmoothSteps::matmul, SmoothSteps::einsum,
            SmoothSteps::permute,
            SmoothSteps::reshape, SmoothSteps::repeat, SmoothSteps::cut, SmoothSteps::pad, SmoothSteps::join,
            SmoothSteps::gather, SmoothSteps::scatter, SmoothSteps::place, SmoothSteps::choose, SmoothSteps::convolve,
            SmoothSteps::network, SmoothSteps::own);

    private SmoothSteps() {}

    /** Above 1: within every function's domain. */
    private static Expr above(Expr x) {
        return x.square().plus(1);
    }

    static Expr unary(Growth growth) {
        return UNARY.get(growth.below(UNARY.size())).apply(growth.pick());
    }

    static Expr binary(Growth growth) {
        Expr x = growth.pick();
        Expr y = growth.like(x);
        return switch (growth.below(6)) {
            case 0 -> x.plus(y);
            case 1 -> x.minus(y);
            case 2 -> x.sin().times(y);
            case 3 -> x.times(y).times(0.5);
            case 4 -> x.dividedBy(above(y));
            default -> above(x).pow(y.sin());
        };
    }

    static Expr reduce(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        return switch (growth.below(4)) {
            case 0 -> x.sum(axis).times(1.0 / x.shape().extent(axis));
            case 1 -> x.mean(axis);
            case 2 -> x.variance(axis);
            default -> x.logSumExp(axis);
        };
    }

    static Expr normalise(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        return switch (growth.below(4)) {
            case 0 -> x.softmax(axis);
            case 1 -> x.logSoftmax(axis);
            case 2 -> x.cumsum(axis).times(1.0 / x.shape().extent(axis));
            default -> Nn.layerNorm(x, growth.shaped(x.shape().extent(-1)), growth.shaped(x.shape().extent(-1)), 0.5);
        };
    }

    /** A general product over one pair of axes, and over a pair of batch axes where there is one. */
    static Expr contract(Growth growth) {
        Expr x = growth.pick(2);
        int[] axes = growth.permutation(x.rank());
        Expr y = growth.shaped(x.shape().extent(axes[1]), x.shape().extent(axes[0]), 2);
        Expr product = growth.below(2) == 0
                ? x.dot(y, Axes.of(axes[0]), Axes.of(1), Axes.of(axes[1]), Axes.of(0))
                : x.dot(y, Axes.of(axes[0], axes[1]), Axes.of(1, 0), Axes.of(), Axes.of());
        return product.times(1.0 / x.shape().extent(axes[0]));
    }

    static Expr matmul(Growth growth) {
        Expr x = growth.pick(1);
        Expr product = growth.below(3) == 0
                ? growth.shaped(3, x.shape().extent(x.rank() == 1 ? 0 : -2)).matmul(x)
                : x.matmul(growth.shaped(x.shape().extent(-1), 1 + growth.below(3)));
        return product.tanh();
    }

    static Expr einsum(Growth growth) {
        return switch (growth.below(4)) {
            case 0 -> growth.shaped(3, 3).einsum("ii->i");
            case 1 -> growth.shaped(2, 3).einsum("ij,jk,ki->k", growth.shaped(3, 2), growth.shaped(2, 2)).times(0.2);
            case 2 -> growth.shaped(2, 3).einsum("ij,i->ji", growth.shaped(2));
            default -> growth.shaped(3).outer(growth.shaped(2));
        };
    }

    static Expr permute(Growth growth) {
        Expr x = growth.pick(2);
        return switch (growth.below(3)) {
            case 0 -> x.transpose(growth.permutation(x.rank()));
            case 1 -> x.reverse(growth.axis(x));
            default -> x.moveAxis(growth.axis(x), growth.axis(x));
        };
    }

    static Expr reshape(Growth growth) {
        Expr x = growth.pick();
        int size = x.shape().size();
        int[] divisors = IntStream.rangeClosed(1, size).filter(n -> size % n == 0).toArray();
        int first = divisors[growth.below(divisors.length)];
        return x.reshape(first, size / first);
    }

    static Expr repeat(Growth growth) {
        Expr x = growth.pick();
        return x.expandDims(0).broadcastTo(x.shape().insert(0, 2));
    }

    static Expr cut(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        int extent = x.shape().extent(axis);
        int start = growth.below(extent);
        return x.slice(axis, start, start + 1 + growth.below(extent - start), 1 + growth.below(2));
    }

    static Expr pad(Growth growth) {
        Expr x = growth.pick(1);
        int[] low = IntStream.range(0, x.rank()).map(ignored -> growth.below(2)).toArray();
        int[] high = IntStream.range(0, x.rank()).map(ignored -> growth.below(2)).toArray();
        int[] interior = IntStream.range(0, x.rank()).map(ignored -> growth.below(2)).toArray();
        return x.operation(new Op.Pad(Axes.of(low), Axes.of(high), Axes.of(interior)));
    }

    static Expr join(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        return growth.below(2) == 0 ? Expr.concat(axis, x, growth.like(x)) : Expr.stack(axis, x, growth.like(x));
    }

    static Expr gather(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        return x.gather(axis, growth.indices(1 + growth.below(4), x.shape().extent(axis)));
    }

    static Expr scatter(Growth growth) {
        Expr x = growth.pick(1);
        int axis = growth.axis(x);
        Expr indices = growth.indices(1 + growth.below(3), x.shape().extent(axis));
        return x.scatterAdd(axis, indices, growth.shaped(x.gather(axis, indices).shape().toArray())).sin();
    }

    static Expr place(Growth growth) {
        Expr x = growth.pick(1);
        int[] extents = x.shape().stream().map(extent -> 1 + growth.below(extent)).toArray();
        Expr starts = growth.indices(x.rank(), 3);
        return growth.below(2) == 0 ? x.dynamicSlice(starts, extents) : x.dynamicUpdate(starts, growth.shaped(extents));
    }

    static Expr choose(Growth growth) {
        Expr x = growth.pick();
        return growth.mask(x.shape()).where(x, growth.like(x));
    }

    static Expr convolve(Growth growth) {
        Expr image = growth.shaped(1, 4, 3, 2);
        return switch (growth.below(3)) {
            case 0 -> image.conv(growth.shaped(2, 3, 2, 1), 1 + growth.below(2), Padding.SAME).times(0.2);
            case 1 -> image.conv(growth.shaped(3, 1, 2, 2)).times(0.2);
            default -> image.avgPool(new int[]{2}, new int[]{1}, Padding.SAME);
        };
    }

    static Expr network(Growth growth) {
        return switch (growth.below(4)) {
            case 0 -> Nn.attention(growth.shaped(2, 4), growth.shaped(3, 4), growth.shaped(3, 2), 2, false);
            case 1 -> Nn.attention(growth.shaped(2, 2), growth.shaped(3, 2), growth.shaped(3, 1), 1, true);
            case 2 -> Nn.crossEntropy(growth.shaped(3, 4), growth.indices(3, 4));
            default -> Nn.dropout(growth.shaped(2, 3), 0.4, Expr.of(Key.of(growth.below(100)).toTensor()));
        };
    }

    /** A function with a rule of its own, written differently from the derivative of its formula. */
    static Expr own(Growth growth) {
        Fn sine = Fn.of("sine", Expr::sin).customJvp(Fn.of("rule", (x, dx) -> dx.times(x.plus(Math.PI / 2).sin())));
        Expr x = growth.pick();
        return sine.apply(x).plus(x);
    }
}
