package cotangent.spec.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Padding;
import java.util.List;

/** Steps with kinks, jumps or a stopped derivative: the laws hold there too, but finite differences do not agree. */
final class KinkedSteps {
    static final List<Step> ALL = List.of(KinkedSteps::unary, KinkedSteps::unary, KinkedSteps::binary,
            KinkedSteps::reduce, KinkedSteps::compare, KinkedSteps::pool);

    private KinkedSteps() {}

    static Expr unary(Growth growth) {
        Expr x = growth.pick();
        return switch (growth.below(6)) {
            case 0 -> x.abs();
            case 1 -> x.relu();
            case 2 -> x.clamp(-0.5, 0.5);
            case 3 -> x.stopGradient();
            case 4 -> x.times(x.sign());
            default -> x.cast(DType.I32).cast(x.dtype()).times(0.1).plus(x);
        };
    }

    static Expr binary(Growth growth) {
        Expr x = growth.pick();
        return growth.below(2) == 0 ? x.max(growth.like(x)) : x.min(growth.like(x));
    }

    static Expr reduce(Growth growth) {
        Expr x = growth.pick(1);
        return switch (growth.below(3)) {
            case 0 -> x.max(growth.axis(x));
            case 1 -> x.min(growth.axis(x));
            default -> x.times(x.argmax(0).cast(x.dtype()).times(0.3));
        };
    }

    static Expr compare(Growth growth) {
        Expr x = growth.pick();
        Expr y = growth.like(x);
        return x.lessThan(y).where(x.sin(), y.times(0.5));
    }

    static Expr pool(Growth growth) {
        return growth.shaped(1, 3, 3, 2).maxPool(new int[]{2}, new int[]{1}, Padding.SAME);
    }
}
