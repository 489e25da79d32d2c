package cotangent.spec.fuzz;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Steps that move elements. */
final class LayoutSteps {
    private LayoutSteps() {}

    static Expr transpose(Growth growth) {
        Expr x = growth.pickAny();
        return x.operation(new Op.Transpose(Axes.of(growth.permutation(x.rank()))));
    }

    /** The elements under a shape of random factors. */
    static Expr reshape(Growth growth) {
        Expr x = growth.pickAny();
        int size = x.shape().size();
        if (size == 0) {
            return x.operation(new Op.Reshape(Shape.of(growth.extent(), 0)));
        }
        List<Integer> extents = new ArrayList<>();
        int rest = size;
        while (rest > 1 && extents.size() < 3) {
            int factor = divisor(growth, rest);
            extents.add(factor);
            rest /= factor;
        }
        if (rest > 1 || growth.chance(20)) {
            extents.add(rest);
        }
        return x.operation(new Op.Reshape(Shape.of(extents.stream().mapToInt(Integer::intValue).toArray())));
    }

    private static int divisor(Growth growth, int n) {
        int[] divisors = IntStream.rangeClosed(1, n).filter(candidate -> n % candidate == 0).toArray();
        return divisors[growth.random.nextInt(divisors.length)];
    }

    static Expr broadcast(Growth growth) {
        Expr x = growth.pickAny();
        if (x.rank() > 3) {
            return x;
        }
        int axis = growth.random.nextInt(x.rank() + 1);
        int extent = growth.extent();
        Shape wide = x.shape().insert(axis, growth.isSmall((long) extent * x.shape().size()) ? extent : 1);
        return x.operation(new Op.Broadcast(wide, Axes.of(axis).complement(wide.rank())));
    }

    static Expr reverse(Growth growth) {
        Expr x = growth.pickAny();
        return x.operation(new Op.Reverse(Axes.of(growth.someAxes(x.rank()))));
    }

    static Expr slice(Growth growth) {
        Expr x = growth.pickAny();
        int[] starts = perAxis(x, axis -> growth.random.nextInt(x.shape().extent(axis) + 1));
        int[] limits = perAxis(x, axis -> growth.random.nextInt(starts[axis], x.shape().extent(axis) + 1));
        int[] strides = perAxis(x, axis -> growth.chance(60) ? 1 : growth.random.nextInt(1, 4));
        // Whole axes more often than not, so that values do not dwindle to nothing.
        boolean[] whole = new boolean[x.rank()];
        for (int axis = 0; axis < whole.length; axis++) {
            whole[axis] = growth.chance(60);
        }
        return x.operation(new Op.Slice(Axes.of(perAxis(x, axis -> whole[axis] ? 0 : starts[axis])), Axes.of(perAxis(x,
                axis -> whole[axis] ? x.shape().extent(axis) : limits[axis])), Axes.of(strides)));
    }

    private static int[] perAxis(Expr x, IntUnaryOperator number) {
        return IntStream.range(0, x.rank()).map(number).toArray();
    }

    static Expr pad(Growth growth) {
        Expr x = growth.pickNumeric();
        if (x.rank() == 0 || !growth.isSmall(4L * x.shape().size())) {
            return x;
        }
        int axis = growth.axis(x);
        IntUnaryOperator some = candidate -> candidate == axis ? growth.random.nextInt(3) : 0;
        return x.operation(new Op.Pad(Axes.of(perAxis(x, some)), Axes.of(perAxis(x, some)), Axes.of(perAxis(x, some))));
    }

    static Expr concat(Growth growth) {
        Expr x = growth.pickAny();
        if (x.rank() == 0 || !growth.isSmall(3L * x.shape().size())) {
            return x;
        }
        int axis = growth.axis(x);
        List<Expr> parts = new ArrayList<>(List.of(x));
        for (int more = growth.random.nextInt(3); more > 0; more--) {
            int extent = growth.chance(50) ? x.shape().extent(axis) : growth.random.nextInt(3);
            parts.add(growth.random.nextInt(parts.size() + 1),
                    growth.like(x.type().with(x.shape().with(axis, extent))));
        }
        return x.operation(new Op.Concat(axis), parts);
    }
}
