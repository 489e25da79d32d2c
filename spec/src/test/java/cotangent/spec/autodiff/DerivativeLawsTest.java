package cotangent.spec.autodiff;

import static cotangent.spec.autodiff.RandomFunction.direction;
import static cotangent.spec.autodiff.RandomFunction.inner;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.CheckGrads;
import cotangent.dsl.autodiff.Linearization;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** What holds for the derivatives of every function, whatever it is made of. */
class DerivativeLawsTest {
    private static final Enclosures ENCLOSURES = new Enclosures();

    @AfterContainer
    static void theLawsWereJudged() {
        ENCLOSURES.requireEvidence();
    }

    /** (inputs, tangents) to the tangent of the output. */
    private static Fn tangent(Fn fn) {
        Fn jvp = fn.jvp();
        return Fn.of("tangent of " + fn.name(), (p, x, dp, dx) -> jvp.apply(p, x, dp, dx).get(1));
    }

    @Property
    void jvpAndVjpAreAdjoint(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Tensor u = f.cotangent(seed + 9);
        Fn pushed = Fn.of("<u, Jv>", 5, in -> inner(in.get(4), tangent(f.fn()).apply(in.get(0), in.get(1), in.get(2), in
                .get(3))));
        Fn pulled = Fn.of("<J'u, v>", 5, in -> {
            Expr cotangents = f.fn().vjp(0, 1).apply(in.get(0), in.get(1), in.get(4)).get(1);
            return inner(cotangents.get(0), in.get(2)).plus(inner(cotangents.get(1), in.get(3)));
        });
        ENCLOSURES.requireEqual(pushed, pulled, f.params(), f.x(), direction(f.params(), seed + 1),
                direction(f.x(), seed
                        + 2),
                u);
    }

    @Property
    void jvpIsLinearInTheTangents(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Fn tangent = tangent(f.fn());
        Fn together = Fn.of("J(2v - w/3)", 4,
                in -> tangent.apply(in.get(0), in.get(1), mix(in.get(2), in.get(3)), in.get(
                        1).filled(0)));
        Fn apart = Fn.of("2Jv - Jw/3", 4, in -> {
            Expr zero = in.get(1).filled(0);
            return tangent.apply(in.get(0), in.get(1), in.get(2), zero)
                    .times(2)
                    .minus(tangent.apply(in.get(0), in.get(1),
                            in.get(3), zero).dividedBy(3));
        });
        ENCLOSURES.requireEqual(together, apart, f.params(), f.x(), direction(f.params(), seed + 1),
                direction(f.params(),
                        seed + 2));
    }

    private static Expr mix(Expr v, Expr w) {
        return Expr.tree(v.structure(), IntStream.range(0, v.leaves().size())
                .mapToObj(i -> v.leaves()
                        .get(i)
                        .times(2)
                        .minus(w.leaves().get(i).dividedBy(3)))
                .toList());
    }

    @Property
    void vjpIsLinearInTheCotangent(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Tensor u = f.cotangent(seed + 9);
        Tensor w = f.cotangent(seed + 10);
        Fn together = Fn.of("J'(2u - w/3)", (p, x, a, b) -> f.fn()
                .vjp()
                .apply(p, x, a.times(2).minus(b.dividedBy(3)))
                .get(1));
        Fn apart = Fn.of("2J'u - J'w/3",
                (p, x, a, b) -> mix(f.fn().vjp().apply(p, x, a).get(1), f.fn()
                        .vjp()
                        .apply(p, x,
                                b)
                        .get(1)));
        ENCLOSURES.requireEqual(together, apart, f.params(), f.x(), u, w);
    }

    @Property
    void theGradientIsThePullbackOfOne(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Fn pulled = Fn.of("pulled", (p, x) -> f.fn().vjp().apply(p, x, f.fn().apply(p, x).filled(1)).get(1));
        ENCLOSURES.requireEqual(f.scalar().grad(), pulled, f.params(), f.x());
        Fn both = Fn.of("both", (p, x) -> f.scalar().valueAndGrad().apply(p, x).get(1));
        ENCLOSURES.requireEqual(f.scalar().grad(), both, f.params(), f.x());
    }

    @Property
    void jvpOfGradEqualsGradOfJvp(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Fn forwardOverReverse = Fn.of("hvp", (p, x, v) -> f.scalar().hvp().apply(p, x, v));
        Fn slope = Fn.of("slope", (p, x, v) -> tangent(f.scalar()).apply(p, x, v, x.filled(0)));
        ENCLOSURES.requireEqual(forwardOverReverse, slope.grad(), f.params(), f.x(), direction(f.params(), seed + 1));
    }

    @Property
    void reverseOverReverseEqualsForwardOverReverse(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Fn alongGradient = Fn.of("<grad, v>", (p, x, v) -> inner(f.scalar().grad().apply(p, x), v));
        ENCLOSURES.requireEqual(f.scalar().hvp(), alongGradient.grad(), f.params(), f.x(), direction(f.params(), seed
                + 1));
    }

    @Property
    void secondDerivativesAreSymmetric(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Fn left = Fn.of("<u, Hv>", (p, x, u, v) -> inner(u, f.scalar().hvp().apply(p, x, v)));
        Fn right = Fn.of("<v, Hu>", (p, x, u, v) -> inner(v, f.scalar().hvp().apply(p, x, u)));
        ENCLOSURES.requireEqual(left, right, f.params(), f.x(), direction(f.params(), seed + 1), direction(f.params(),
                seed + 2));
    }

    @Property
    void bothJacobiansAreTheSame(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        ENCLOSURES.requireEqual(f.fn().jacfwd(), f.fn().jacrev(), f.params(), f.x());
        ENCLOSURES.requireEqual(f.fn().jacfwd(1), f.fn().jacrev(1), f.params(), f.x());
    }

    @Property
    void aLinearizationAppliesTheDerivative(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Linearization at = f.fn().linearize(f.params(), f.x());
        ENCLOSURES.requireValue(f.fn(), List.of(f.params(), f.x()), at.output().asTensor());
        Fn pushed = Fn.of("Jv", (p, x, v) -> tangent(f.fn()).apply(p, x, v, x.filled(0)).flatten());
        Tree v = direction(f.params(), seed + 1);
        Tensor flat = v.asParams().flatten();
        Tensor block = at.forward().applyBlock(Tensor.stack(1, flat.neg(), flat));
        ENCLOSURES.requireValue(pushed, List.of(f.params(), f.x(), v), at.forward().apply(flat), block.at(1, 1),
                block.at(
                        1, 0).neg());
        Fn pulled = Fn.of("J'u", (p, x, w) -> Expr.concat(0, f.fn()
                .vjp()
                .apply(p, x, w)
                .get(1)
                .leaves()
                .stream()
                .map(
                        Expr::flatten)
                .toArray(Expr[]::new)));
        Tensor u = f.cotangent(seed + 9);
        Tensor rows = at.transpose().applyBlock(Tensor.stack(1, u.flatten(), u.flatten().neg()));
        ENCLOSURES.requireValue(pulled, List.of(f.params(), f.x(), u), at.transpose().apply(u.flatten()), rows.at(1, 0),
                rows.at(1, 1).neg());
    }

    /** Linearly independent directions and Richardson's differences: CheckGrads' own bounds, see there. */
    @Property
    void bothModesAgreeWithFiniteDifferencesToSecondOrder(@ForAll long seed) {
        RandomFunction f = RandomFunction.smooth(seed);
        CheckGrads.check(f.fn(), seed, f.params(), f.x());
    }
}
