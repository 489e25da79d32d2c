package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import java.util.ArrayList;
import java.util.List;

/**
 * An operator with the matrix it stands for.
 *
 * @param matrix    in float64, built without the operator
 * @param absolute  the matrix with every product and sum taken of absolute values: the size that rounding is relative to
 * @param roundings the most that one element of a product passes through
 */
record Specimen(String name, LinearOperator operator, double[][] matrix, double[][] absolute, int roundings) {
    @Override
    public String toString() {
        return name;
    }

    static List<Specimen> all() {
        List<Specimen> all = new ArrayList<>();
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            all.add(matrix(dtype, 7, 5));
            all.add(matrix(dtype, 5, 70));
            all.add(matrix(dtype, 1, 1));
            all.add(matrix(dtype, 0, 3));
            all.add(matrix(dtype, 3, 0));
            all.add(named("symmetric matrix", symmetric(dtype, 9)));
            all.add(diagonal(dtype));
            all.add(function(dtype));
            all.addAll(algebra(dtype));
            all.addAll(derivatives(dtype));
        }
        return all;
    }

    private static Specimen named(String name, Specimen other) {
        return new Specimen(name + " " + other.operator.dtype(), other.operator, other.matrix, other.absolute,
                other.roundings);
    }

    private static Specimen of(Tensor matrix) {
        double[][] rows = Reference.rows(matrix);
        int roundings = matrix.shape().extent(0) + matrix.shape().extent(1) + 2;
        return new Specimen("", LinearOperator.of(matrix), rows, Reference.absolute(rows), roundings);
    }

    private static Specimen matrix(DType dtype, int m, int n) {
        return named("matrix [%d, %d]".formatted(m, n), of(Reference.gaussian(dtype, m, n, 1)));
    }

    static Specimen symmetric(DType dtype, int n) {
        double[][] a = Reference.rows(Reference.gaussian(dtype, n, n, 2));
        return of(Reference.tensor(Reference.sum(a, 1, Reference.transpose(a, n)), n, dtype));
    }

    private static Specimen diagonal(DType dtype) {
        Tensor entries = Reference.gaussian(dtype, 6, 1, 3).reshape(6);
        double[][] rows = new double[6][6];
        for (int i = 0; i < 6; i++) {
            rows[i][i] = entries.get(i);
        }
        return named("diagonal", new Specimen("", LinearOperator.diagonal(entries), rows, Reference.absolute(rows), 1));
    }

    private static Specimen function(DType dtype) {
        Specimen base = of(Reference.gaussian(dtype, 4, 6, 4));
        LinearOperator function = LinearOperator.of(4, 6, dtype, base.operator::matmat, base.operator::rmatmat);
        return named("function", new Specimen("", function, base.matrix, base.absolute, base.roundings));
    }

    private static List<Specimen> algebra(DType dtype) {
        Specimen a = of(Reference.gaussian(dtype, 6, 8, 5));
        Specimen b = of(Reference.gaussian(dtype, 6, 8, 6));
        Specimen s = symmetric(dtype, 8);
        double[][] identity = Reference.identity(8);
        return List.of(
                named("adjoint", new Specimen("", a.operator.adjoint(), Reference.transpose(a.matrix, 8), Reference
                        .transpose(a.absolute, 8), a.roundings)),
                named("sum",
                        new Specimen("", a.operator.plus(b.operator), Reference.sum(a.matrix, 1, b.matrix), Reference
                                .sum(a.absolute, 1, b.absolute), a.roundings + 1)),
                named("difference",
                        new Specimen("", a.operator.minus(b.operator), Reference.sum(a.matrix, -1, b.matrix),
                                Reference.sum(a.absolute, 1, b.absolute), a.roundings + 2)),
                named("multiple", new Specimen("", a.operator.scale(-2.7), Reference.scaled(-2.7, a.matrix), Reference
                        .scaled(2.7, a.absolute), a.roundings + 1)),
                named("shift", new Specimen("", s.operator.shift(0.3), Reference.sum(s.matrix, 0.3, identity), Reference
                        .sum(s.absolute, 0.3, identity), s.roundings + 3)),
                named("product",
                        new Specimen("", a.operator.times(s.operator), Reference.product(a.matrix, s.matrix, 8),
                                Reference.product(a.absolute, s.absolute, 8), a.roundings + s.roundings)),
                named("gram",
                        new Specimen("", a.operator.times(a.operator.adjoint()), Reference.product(a.matrix, Reference
                                .transpose(a.matrix, 8), 6),
                                Reference.product(a.absolute, Reference.transpose(a.absolute, 8), 6),
                                2 * a.roundings)),
                named("congruence", new Specimen("", a.operator.times(s.operator).times(a.operator.adjoint()), Reference
                        .product(Reference.product(a.matrix, s.matrix, 8), Reference.transpose(a.matrix, 8), 6),
                        Reference
                                .product(Reference.product(a.absolute, s.absolute, 8),
                                        Reference.transpose(a.absolute, 8),
                                        6),
                        2 * a.roundings + s.roundings)),
                named("adjoint of a sum of products", adjointOfSum(a, b, s)),
                named("declared symmetric", new Specimen("", LinearOperator.symmetric(8, dtype, s.operator::matmat),
                        s.matrix, s.absolute, s.roundings)),
                named("counting", new Specimen("", CountingOperator.of(a.operator), a.matrix, a.absolute,
                        a.roundings)));
    }

    private static Specimen adjointOfSum(Specimen a, Specimen b, Specimen s) {
        LinearOperator operator = a.operator.plus(b.operator.scale(0.5)).times(s.operator).adjoint();
        double[][] matrix = Reference.product(Reference.sum(a.matrix, 0.5, b.matrix), s.matrix, 8);
        double[][] absolute = Reference.product(Reference.sum(a.absolute, 0.5, b.absolute), s.absolute, 8);
        return new Specimen("", operator, Reference.transpose(matrix, 8), Reference.transpose(absolute, 8), a.roundings
                + s.roundings + 3);
    }

    /** y = x·W for x [3, 4] and W [4, 2]: the Jacobian in W is known, and the map is linear so that sizes are too. */
    private static List<Specimen> derivatives(DType dtype) {
        Tensor x = Reference.gaussian(dtype, 3, 4, 7);
        Params params = Params.of("W", Reference.gaussian(dtype, 4, 2, 8));
        Fn model = Fn.of("linear", (p, in) -> in.matmul(p.get("W")));
        double[][] jacobian = new double[6][8];
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 4; k++) {
                for (int c = 0; c < 2; c++) {
                    jacobian[i * 2 + c][k * 2 + c] = x.get(i, k);
                }
            }
        }
        double[][] absolute = Reference.absolute(jacobian);
        LinearOperator j = JacobianOperator.of(model, params, x);
        double[][] transposed = Reference.transpose(jacobian, 8);
        double[][] size = Reference.transpose(absolute, 8);
        Fn halfSquares = Fn.of("half squares", out -> out.square().sum().times(0.5));
        Fn loss = Fn.of("loss", (p, in) -> in.matmul(p.get("W")).square().sum().times(0.5));
        return List.of(
                named("jacobian", new Specimen("", j, jacobian, absolute, 20)),
                named("jacobian's adjoint", new Specimen("", j.adjoint(), transposed, size, 20)),
                named("ntk",
                        new Specimen("", j.times(j.adjoint()), Reference.product(jacobian, transposed, 6), Reference
                                .product(absolute, size, 6), 40)),
                named("hessian", new Specimen("", HessianOperator.of(loss, params, x), Reference.product(transposed,
                        jacobian, 8), Reference.product(size, absolute, 8), 60)),
                named("gauss-newton", new Specimen("", GaussNewtonOperator.of(model.linearize(params, x), halfSquares),
                        Reference.product(transposed, jacobian, 8), Reference.product(size, absolute, 8), 60)));
    }

    /** The smallest eigenvalue of the reference matrix. */
    double smallestEigenvalue() {
        int n = operator.rows();
        return Eigh.values(Reference.tensor(matrix, n, DType.F64)).get(0);
    }
}
