package cotangent.spec.fuzz;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Op;
import java.util.List;

/** Steps by index values, counts and random numbers. */
final class IndexingSteps {
    private IndexingSteps() {}

    static Expr gather(Growth growth) {
        Expr x = growth.pickAny();
        if (x.rank() == 0) {
            return x;
        }
        int axis = growth.axis(x);
        int batch = growth.random.nextInt(axis + 1);
        Expr indices = indices(growth, x, axis, batch);
        return x.operation(new Op.Gather(axis, batch), List.of(x, indices));
    }

    /** Indices along an axis, so few that what they pick stays small; computed ones are clamped to the axis. */
    private static Expr indices(Growth growth, Expr x, int axis, int batch) {
        int extent = x.shape().extent(axis);
        int picks = extent == 0 ? 0 : growth.extent();
        if (!growth.isSmall((long) picks * x.shape().size() / Math.max(1, extent))) {
            picks = 1;
        }
        Shape shape = x.shape().select(Axes.range(0, batch)).then(switch (growth.random.nextInt(3)) {
            case 0 -> picks == 1 ? Shape.SCALAR : Shape.of(picks);
            case 1 -> Shape.of(1, picks);
            default -> Shape.of(picks);
        });
        TensorType type = new TensorType(DType.I32, shape);
        return extent > 0 && growth.chance(40)
                ? growth.like(type).clamp(0, extent - 1)
                : growth.input(growth.tensors.indices(type, extent));
    }

    static Expr scatterAdd(Growth growth) {
        Expr x = growth.pickNumeric();
        if (x.rank() == 0) {
            return x;
        }
        int axis = growth.axis(x);
        int batch = growth.random.nextInt(axis + 1);
        Expr indices = indices(growth, x, axis, batch);
        Op.Gather gather = new Op.Gather(axis, batch);
        TensorType updates = x.operation(gather, List.of(x, indices)).type();
        return x.operation(new Op.ScatterAdd(axis, batch), List.of(x, indices, growth.like(updates)));
    }

    static Expr iota(Growth growth) {
        Shape shape = growth.shape();
        TensorType type = new TensorType(growth.chance(50) ? DType.I32 : growth.floating, shape);
        return shape.rank() == 0 ? growth.pickAny() : Expr.iota(type, growth.random.nextInt(shape.rank()));
    }

    static Expr random(Growth growth) {
        Shape shape = growth.shape();
        boolean many = growth.chance(30) && growth.isSmall(3L * shape.size());
        TensorType keys = many ? TensorType.of(DType.I32, 3, 4) : TensorType.of(DType.I32, 4);
        Distribution distribution = Distribution.values()[growth.random.nextInt(Distribution.values().length)];
        Expr key = growth.input(growth.tensors.keys(keys));
        return key.operation(new Op.Random(distribution, new TensorType(growth.floating, shape)));
    }

    static Expr oneHot(Growth growth) {
        Expr x = growth.pick(DType.I32);
        int depth = growth.random.nextInt(1, 6);
        return growth.isSmall((long) depth * x.shape().size()) ? x.oneHot(depth, growth.floating) : x;
    }

    static Expr dynamicSlice(Growth growth) {
        Expr x = growth.pickNumeric();
        int[] extents = x.shape()
                .stream()
                .map(extent -> extent == 0 ? 0 : growth.random.nextInt(1, extent + 1))
                .toArray();
        if (x.shape().size() == 0) {
            return x;
        }
        return x.dynamicSlice(growth.input(growth.tensors.draw(TensorType.of(DType.I32, x.rank()))), extents);
    }
}
