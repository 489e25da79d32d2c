package cotangent.dsl.autodiff;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares a function's derivatives with finite differences and with each other, to second order, along random
 * directions.
 *
 * <p>Finite differences are Richardson extrapolations of central ones: R(h) = (4 D(h/2) - D(h)) / 3 errs by O(h⁴), and
 * |R(h) - R(h/2)| bounds the smaller error of R(h/2), so that a tolerance need not be guessed: a derivative may differ
 * from R(h/2) by that distance plus the rounding of the function's values over h.
 */
public final class CheckGrads {
    /** Step of the differences: the fifth root of the unit roundoff balances the O(h⁴) error against rounding. */
    private static final double STEP = Math.pow(0x1p-53, 0.2);
    /** Rounding of one evaluation, in units of roundoff times its largest output; a deep function adds up many. */
    private static final double ROUNDINGS = 1e4;

    private CheckGrads() {}

    /**
     * What was compared, as relative differences to the size of the derivative.
     *
     * @param forward  jvp against finite differences of the function
     * @param reverse  vjp against jvp: {@code |<u, Jv> - <J'u, v>|}
     * @param second   jvp of jvp against finite differences of jvp
     * @param tolerance the largest difference that rounding and the differences' own error explain, over the three
     */
    public record Report(double forward, double reverse, double second, double tolerance) {}

    /**
     * Checks a function of F64 trees at a point.
     *
     * @param seed of the random directions
     * @throws CotangentException if two derivatives disagree by more than rounding and the differences' error explain
     * @throws ShapeException     if an input is not all F64
     */
    public static Report check(Fn function, long seed, Tree... inputs) {
        for (Tree input : inputs) {
            input.leaves().forEach(leaf -> {
                if (leaf.dtype() != DType.F64) {
                    throw new ShapeException("checkGrads: expected f64 inputs, got " + leaf.type());
                }
            });
        }
        SplittableRandom random = new SplittableRandom(seed);
        Tree[] v = directions(inputs, random);
        Fn jvp = function.jvp();
        Tuple pushed = jvp.apply(join(inputs, v)).asTuple();
        double[] tangent = flat(pushed.get(1));
        Difference first = Difference.of(t -> flat(function.apply(moved(inputs, v, t))), flat(pushed.get(0)));
        Comparison forward = first.compare("jvp and finite differences of " + function.name(), tangent);

        Tree u = directions(new Tree[]{pushed.get(0)}, random)[0];
        int[] all = java.util.stream.IntStream.range(0, inputs.length).toArray();
        Tuple pulled = function.vjp(all).apply(join(inputs, u)).asTuple();
        double[] cotangent = flat(pulled.get(1));
        double[] direction = flat(new Tuple(List.of(v)));
        double left = dot(flat(u), tangent);
        double right = dot(cotangent, direction);
        double size = absoluteDot(flat(u), tangent) + absoluteDot(cotangent, direction);
        Comparison reverse = new Comparison(Math.abs(left - right), ROUNDINGS * 0x1p-53 * size, size);
        reverse.require("jvp and vjp of " + function.name());

        Tree[] zeros = Arrays.stream(v).map(tree -> map(tree, x -> x.times(0))).toArray(Tree[]::new);
        Tuple twice = jvp.jvp().apply(join(join(inputs, v), join(v, zeros))).asTuple();
        double[] secondTangent = flat(twice.get(1).asTuple().get(1));
        Difference second = Difference.of(t -> flat(jvp.apply(join(moved(inputs, v, t), v)).asTuple().get(1)), tangent);
        Comparison curvature = second.compare("jvp of jvp and finite differences of jvp of " + function.name(),
                secondTangent);
        return new Report(forward.relative(), reverse.relative(), curvature.relative(), Math.max(forward
                .relativeTolerance(), Math.max(reverse.relativeTolerance(), curvature.relativeTolerance())));
    }

    /** A difference and what may explain it. */
    private record Comparison(double difference, double tolerance, double size) {
        double relative() {
            return size == 0 ? difference : difference / size;
        }

        double relativeTolerance() {
            return size == 0 ? tolerance : tolerance / size;
        }

        void require(String what) {
            if (!(difference <= tolerance)) {
                throw new CotangentException("checkGrads: %s differ by %.3g; rounding and step explain %.3g (size %.3g)"
                        .formatted(what, difference, tolerance, size));
            }
        }
    }

    /** Richardson's extrapolation of central differences, its distance from the coarser one, and the values' size. */
    private record Difference(double[] value, double distance, double magnitude) {
        interface Path {
            double[] at(double t);
        }

        static Difference of(Path path, double[] centre) {
            double[] wide = central(path, STEP);
            double[] middle = central(path, STEP / 2);
            double[] narrow = central(path, STEP / 4);
            double[] value = new double[wide.length];
            double distance = 0;
            for (int i = 0; i < value.length; i++) {
                double coarse = (4 * middle[i] - wide[i]) / 3;
                value[i] = (4 * narrow[i] - middle[i]) / 3;
                distance = Math.max(distance, Math.abs(value[i] - coarse));
            }
            return new Difference(value, distance, largest(centre));
        }

        private static double[] central(Path path, double h) {
            double[] ahead = path.at(h);
            double[] behind = path.at(-h);
            double[] difference = new double[ahead.length];
            for (int i = 0; i < difference.length; i++) {
                difference[i] = (ahead[i] - behind[i]) / (2 * h);
            }
            return difference;
        }

        Comparison compare(String what, double[] derivative) {
            double worst = 0;
            for (int i = 0; i < value.length; i++) {
                double difference = Math.abs(value[i] - derivative[i]);
                worst = difference > worst || Double.isNaN(difference) ? difference : worst;
            }
            double rounding = ROUNDINGS * 0x1p-53 * (magnitude / STEP + largest(derivative));
            Comparison comparison = new Comparison(worst, distance + rounding, largest(derivative));
            comparison.require(what);
            return comparison;
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double absoluteDot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] * b[i]);
        }
        return sum;
    }

    private static double[] flat(Tree tree) {
        return tree.leaves().stream().map(Tensor::toDoubles).flatMapToDouble(Arrays::stream).toArray();
    }

    private static Tree[] join(Tree[] first, Tree... second) {
        List<Tree> all = new ArrayList<>(Arrays.asList(first));
        all.addAll(Arrays.asList(second));
        return all.toArray(Tree[]::new);
    }

    private static Tree[] directions(Tree[] like, SplittableRandom random) {
        return Arrays.stream(like)
                .map(tree -> map(tree, x -> Tensor.wrap(x.shape(), random.doubles(x.shape().size(), -1,
                        1).toArray())))
                .toArray(Tree[]::new);
    }

    private static Tree[] moved(Tree[] point, Tree[] direction, double t) {
        Tree[] result = new Tree[point.length];
        for (int i = 0; i < point.length; i++) {
            List<Tensor> steps = direction[i].leaves();
            List<Tensor> leaves = point[i].leaves();
            List<Tensor> moved = new ArrayList<>();
            for (int leaf = 0; leaf < leaves.size(); leaf++) {
                moved.add(leaves.get(leaf).plus(steps.get(leaf).times(t)));
            }
            result[i] = point[i].structure().build(moved);
        }
        return result;
    }

    private static Tree map(Tree tree, java.util.function.UnaryOperator<Tensor> function) {
        return tree.structure().build(tree.leaves().stream().map(function).toList());
    }
}
