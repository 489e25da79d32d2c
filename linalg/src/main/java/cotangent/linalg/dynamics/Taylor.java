package cotangent.linalg.dynamics;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tree;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's Taylor polynomials in its parameters θ around θ₀: Σ 1/k!·Dᵏf(θ₀; x)[θ − θ₀, ..., θ − θ₀], models of their own
 * that are differentiated, compiled and trained like any other.
 *
 * <p>The first is the linearized model, whose tangent kernel is the same wherever it is trained to, so that {@link
 * GradientDescent} under the kernel at θ₀ is what its training does; an infinitely wide model is equal to it (J. Lee et al.,
 * NeurIPS 2019, section 2.2). The second is the quadratic model of large but finite width (Y. Bai and J. D. Lee, Beyond
 * linearization, ICLR 2020; neural-tangents' {@code taylor_expand}).
 */
public final class Taylor {
    private Taylor() {}

    /** f(θ₀; x) + J(θ₀; x)·(θ − θ₀), of the model's inputs; costs the model and one jvp. */
    public static Fn linearized(Fn model, Tree params) {
        return expanded(model, params, 1);
    }

    /** The linearized model plus ½·D²f(θ₀; x)[θ − θ₀, θ − θ₀]; costs the model and a jvp of a jvp. */
    public static Fn quadratic(Fn model, Tree params) {
        return expanded(model, params, 2);
    }

    /**
     * The Taylor polynomial of a degree.
     *
     * @param model  of parameters and inputs
     * @param params θ₀, which the polynomial keeps
     * @param degree from 0; the cost grows as 2^degree, less what forward mode's passes share
     * @return a function of the model's inputs, parameters θ first
     * @throws ShapeException if the degree is negative; when called, if θ has another structure than θ₀
     */
    public static Fn expanded(Fn model, Tree params, int degree) {
        if (degree < 0) {
            throw new ShapeException("taylor: expected a degree from 0, got " + degree);
        }
        String name = "%s.taylor%d".formatted(model.name(), degree);
        return Fn.of(name, model.arity(), inputs -> polynomial(name, model, params, degree, inputs))
                .on(model
                        .backend());
    }

    private static Expr polynomial(String name, Fn model, Tree params, int degree, List<Expr> inputs) {
        if (!inputs.getFirst().structure().equals(params.structure())) {
            throw new ShapeException("%s: expected parameters like those it was expanded at, %s, got %s".formatted(name,
                    params.structure(), inputs.getFirst().structure()));
        }
        Expr origin = Expr.tree(params.structure(), params.leaves().stream().map(Expr::of).toList());
        Expr direction = join(inputs.getFirst(), origin, Expr::minus);
        List<Expr> rest = inputs.subList(1, inputs.size());
        Fn derivative = Fn.of(model.name(), theta -> model.apply(with(theta, rest)));
        Expr sum = derivative.apply(origin);
        double factorial = 1;
        for (int k = 1; k <= degree; k++) {
            Fn before = derivative;
            derivative = Fn.of(model.name() + ".d" + k, theta -> before.jvp().apply(theta, direction).get(1));
            factorial *= k;
            double weight = 1 / factorial;
            sum = join(sum, derivative.apply(origin), (total, term) -> total.plus(term.times(weight)));
        }
        return sum;
    }

    private static Expr[] with(Expr theta, List<Expr> rest) {
        List<Expr> all = new ArrayList<>(rest);
        all.addFirst(theta);
        return all.toArray(Expr[]::new);
    }

    /** A function of the leaves of two trees of one structure; a leaf that is not floating point stays the first one's. */
    private static Expr join(Expr left, Expr right, Fn.Binary function) {
        List<Expr> leaves = new ArrayList<>();
        for (int i = 0; i < left.leaves().size(); i++) {
            Expr leaf = left.leaves().get(i);
            leaves.add(leaf.dtype().isFloating() ? function.apply(leaf, right.leaves().get(i)) : leaf);
        }
        return Expr.tree(left.structure(), leaves);
    }
}
