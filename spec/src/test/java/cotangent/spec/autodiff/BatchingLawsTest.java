package cotangent.spec.autodiff;

import static cotangent.spec.autodiff.RandomFunction.direction;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** A batched function is a loop over its members, whatever it is made of and whatever it is composed with. */
class BatchingLawsTest {
    private static final int BATCH = 3;
    private static final Enclosures ENCLOSURES = new Enclosures();

    @AfterContainer
    static void theLawsWereJudged() {
        ENCLOSURES.requireEvidence();
    }

    /** Member {@code i} of a batch of parameters. */
    private static Expr member(Expr params, int axis, int i) {
        return named(params.get("a").at(axis, i), params.get("b").at(axis, i));
    }

    private static Expr named(Expr a, Expr b) {
        Map<String, Expr> entries = new LinkedHashMap<>();
        entries.put("a", a);
        entries.put("b", b);
        return Expr.params(entries);
    }

    /** A batch of parameters like the given ones, along an axis. */
    private static Params batch(Params like, int axis, long seed) {
        Params result = like;
        for (String name : like.names()) {
            Tensor[] members = IntStream.range(0, BATCH)
                    .mapToObj(i -> direction(like.get(name), seed + i).asTensor())
                    .toArray(Tensor[]::new);
            result = result.with(name, Tensor.stack(axis, members));
        }
        return result;
    }

    @Property
    void vmapEqualsALoop(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Random random = new Random(seed);
        int paramsAxis = random.nextInt(2);
        int inputAxis = random.nextInt(4);
        int outputAxis = random.nextInt(f.rank() + 1);
        Tensor inputs = Tensor.stack(inputAxis, IntStream.range(0, BATCH)
                .mapToObj(i -> direction(f.x(), seed - i)
                        .asTensor())
                .toArray(Tensor[]::new));
        Params params = batch(f.params(), paramsAxis, seed + 1);
        Fn loop = Fn.of("loop", (p, x) -> Expr.stack(outputAxis, IntStream.range(0, BATCH)
                .mapToObj(i -> f.fn()
                        .apply(
                                member(p, paramsAxis, i), x.at(inputAxis, i)))
                .toArray(Expr[]::new)));
        ENCLOSURES.requireEqual(f.fn().vmap(new int[]{paramsAxis, inputAxis}, outputAxis), loop, params, inputs);
        Fn shared = Fn.of("loop over x", (p, x) -> Expr.stack(outputAxis, IntStream.range(0, BATCH)
                .mapToObj(i -> f.fn()
                        .apply(p, x.at(inputAxis, i)))
                .toArray(Expr[]::new)));
        ENCLOSURES.requireEqual(f.fn().vmap(new int[]{Fn.UNMAPPED, inputAxis}, outputAxis), shared, f.params(), inputs);
    }

    @Property
    void vmapOfGradEqualsALoop(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Params params = batch(f.params(), 0, seed + 1);
        Fn gradient = f.scalar().grad();
        Fn loop = Fn.of("loop", (p, x) -> {
            Expr[] members = IntStream.range(0, BATCH)
                    .mapToObj(i -> gradient.apply(member(p, 0, i), x))
                    .toArray(
                            Expr[]::new);
            return named(stacked(members, "a"), stacked(members, "b"));
        });
        ENCLOSURES.requireEqual(gradient.vmap(new int[]{0, Fn.UNMAPPED}, 0), loop, params, f.x());
    }

    private static Expr stacked(Expr[] members, String name) {
        return Expr.stack(0,
                IntStream.range(0, members.length).mapToObj(i -> members[i].get(name)).toArray(Expr[]::new));
    }

    @Property
    void vmapCommutesWithJvp(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Params params = batch(f.params(), 0, seed + 1);
        Params tangents = batch(f.params(), 0, seed + 11);
        Fn inside = Fn.of("vmap of jvp", (p, x, v) -> f.fn()
                .jvp()
                .vmap(new int[]{0, Fn.UNMAPPED, 0, Fn.UNMAPPED}, 0)
                .apply(p, x, v, x.filled(0)));
        Fn outside = Fn.of("jvp of vmap", (p, x, v) -> f.fn()
                .vmap(new int[]{0, Fn.UNMAPPED}, 0)
                .jvp()
                .apply(p, x, v, x
                        .filled(0)));
        ENCLOSURES.requireEqual(inside, outside, params, f.x(), tangents);
    }

    @Property
    void aBatchOfBatchesIsALoopOfLoops(@ForAll long seed) {
        RandomFunction f = RandomFunction.any(seed);
        Tensor[] rows = IntStream.range(0, 2)
                .mapToObj(i -> Tensor.stack(0, direction(f.x(), seed + i).asTensor(),
                        direction(f.x(), seed + 5 + i).asTensor()))
                .toArray(Tensor[]::new);
        int[] over = {Fn.UNMAPPED, 0};
        Fn loop = Fn.of("loops", (p, x) -> Expr.stack(0, IntStream.range(0, 2)
                .mapToObj(i -> Expr.stack(0, IntStream
                        .range(0, 2)
                        .mapToObj(j -> f.fn().apply(p, x.at(0, i).at(0, j)))
                        .toArray(Expr[]::new)))
                .toArray(
                        Expr[]::new)));
        ENCLOSURES.requireEqual(f.fn().vmap(over, 0).vmap(over, 0), loop, f.params(), Tensor.stack(0, rows));
    }
}
