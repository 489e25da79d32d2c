package cotangent.spec.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random function of parameters and a tensor, with a point to evaluate it at. The function is drawn from its seed again
 * whenever it is traced, so that it is the same each time.
 *
 * @param fn     (params, x) to a tensor
 * @param params the first input: tensors a and b
 * @param x      the second input
 */
record RandomFunction(Fn fn, Params params, Tensor x) {
    private static final int MOST_STEPS = 14;

    /** With steps of both kinds, in F64 or F32. */
    static RandomFunction any(long seed) {
        List<Step> steps = new ArrayList<>(SmoothSteps.ALL);
        steps.addAll(KinkedSteps.ALL);
        return of(seed, steps, seed % 3 == 0 ? DType.F32 : DType.F64);
    }

    /** Infinitely differentiable, in F64. */
    static RandomFunction smooth(long seed) {
        return of(seed, SmoothSteps.ALL, DType.F64);
    }

    private static RandomFunction of(long seed, List<Step> steps, DType dtype) {
        Random shapes = new Random(seed);
        Key key = Key.of(seed);
        Map<String, Tensor> entries = new LinkedHashMap<>();
        entries.put("a", key.fold(0).normal(Shape.of(1 + shapes.nextInt(3), 1 + shapes.nextInt(3)), dtype));
        entries.put("b", key.fold(1).normal(Shape.of(1 + shapes.nextInt(4)), dtype));
        Tensor x = key.fold(2)
                .normal(Shape.of(1 + shapes.nextInt(3), 1 + shapes.nextInt(2), 1 + shapes.nextInt(3)), dtype);
        int count = 1 + shapes.nextInt(MOST_STEPS);
        Fn fn = Fn.of("random" + seed, (p, in) -> {
            Growth growth = new Growth(new Random(seed), List.of(p.get("a"), p.get("b"), in));
            for (int i = 0; i < count; i++) {
                growth.grow(steps);
            }
            return growth.result();
        });
        return new RandomFunction(fn, Params.of(entries), x);
    }

    /** The function's sum: scalar-valued. */
    Fn scalar() {
        return Fn.of("sum", (p, in) -> fn.apply(p, in).sum());
    }

    /** A random tree like another: a tangent or cotangent. */
    static Tree direction(Tree like, long seed) {
        List<Tensor> leaves = new ArrayList<>();
        for (Tensor leaf : like.leaves()) {
            leaves.add(Key.of(seed).fold(leaves.size()).normal(leaf.shape(), leaf.dtype()));
        }
        return like.structure().build(leaves);
    }

    /** Number of axes of the function's value. */
    int rank() {
        return type().rank();
    }

    /** A random cotangent of the function's value. */
    Tensor cotangent(long seed) {
        return Key.of(seed).normal(type().shape(), type().dtype());
    }

    private TensorType type() {
        return fn.trace(List.of(params.structure(), x.structure())).graph().outputTypes().getFirst();
    }

    /** The inner product of two trees of one structure. */
    static Expr inner(Expr left, Expr right) {
        Expr sum = left.leaves().getFirst().times(right.leaves().getFirst()).sum();
        for (int i = 1; i < left.leaves().size(); i++) {
            sum = sum.plus(left.leaves().get(i).times(right.leaves().get(i)).sum());
        }
        return sum;
    }
}
