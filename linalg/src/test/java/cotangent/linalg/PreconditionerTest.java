package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreconditionerTest {
    private static final int N = 150;

    private static Tensor rightHandSide() {
        return LanczosProcessTest.vector(N);
    }

    /** The residual that the result states is that of its solution, and within what was asked for. */
    private static void assertSolves(LinearOperator a, Tensor b, LinearSolution solution) {
        assertThat(solution.converged()).as(solution.toString()).isTrue();
        double norm = 0;
        double size = 0;
        Tensor image = a.matvec(solution.solution());
        for (int i = 0; i < b.shape().extent(0); i++) {
            norm = Math.hypot(norm, image.get(i) - b.get(i));
            size = Math.hypot(size, b.get(i));
        }
        // products round within N ε of ‖A‖‖x‖, which the tolerance of 1e-8 exceeds for a condition of 1e5
        assertThat(norm / size).isLessThan(2e-8);
    }

    @Test
    void jacobiUndoesBadScaling() {
        double[] scale = IntStream.range(0, N).mapToDouble(i -> Math.pow(10, 3.0 * i / N)).toArray();
        double[] a = RandomizedEighTest.symmetric(N, i -> 1 + 1.0 / (1 + i)).toDoubles();
        double[] diagonal = new double[N];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                a[i * N + j] *= scale[i] * scale[j];
            }
            diagonal[i] = a[i * N + i];
        }
        LinearOperator operator = LinearOperator.of(Tensor.wrap(Shape.of(N, N), a));
        LinearOperator jacobi = JacobiPreconditioner.of(Tensor.of(diagonal));
        LinearSolution plain = ConjugateGradient.tolerance(1e-8).solve(operator, rightHandSide());
        LinearSolution aided = ConjugateGradient.tolerance(1e-8)
                .preconditioner(jacobi)
                .solve(operator,
                        rightHandSide());
        assertSolves(operator, rightHandSide(), aided);
        assertThat(aided.iterations()).isLessThan(plain.iterations() / 4);
        LinearSolution minres = Minres.tolerance(1e-8).preconditioner(jacobi).solve(operator, rightHandSide());
        assertSolves(operator, rightHandSide(), minres);
    }

    /** With the leading spectrum known the condition number is (λ + μ)/μ of what is left: a dozen steps. */
    @Test
    void nystromMakesRegularisedSystemsEasy() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> Math.pow(0.7, i));
        double shift = 1e-5;
        LinearOperator a = LinearOperator.of(matrix).asPositiveSemidefinite();
        CountingOperator shifted = CountingOperator.of(LinearOperator.of(matrix.plus(Tensor.eye(N, DType.F64)
                .times(
                        shift)))
                .asPositiveSemidefinite());
        NystromApproximation nystrom = Nystrom.rank(40).approximate(a);
        LinearOperator inverse = NystromPreconditioner.of(nystrom, shift);
        LinearSolution plain = ConjugateGradient.tolerance(1e-8).solve(shifted, rightHandSide());
        long before = shifted.products();
        LinearSolution aided = ConjugateGradient.tolerance(1e-8)
                .preconditioner(inverse)
                .solve(shifted,
                        rightHandSide());
        assertThat(aided.numMatvecs()).isEqualTo(shifted.products() - before);
        assertSolves(shifted, rightHandSide(), aided);
        assertThat(aided.iterations()).isLessThanOrEqualTo(12).isLessThan(plain.iterations() / 3);
        // the bound of the condition number: proposition 5.3, with the measured error
        Tensor product = inverse.toDense().matmul(shifted.toDense());
        double[] values = Svd.values(product).toDoubles();
        double error = Eigh.values(RitzPairs.symmetricPart(matrix.minus(nystrom.operator().toDense()))).get(N - 1);
        double smallest = nystrom.values().get(nystrom.rank() - 1);
        double bound = (smallest + shift + error) / shift;
        Tensor root = Eigh.values(RitzPairs.symmetricPart(similar(inverse.toDense(), shifted.toDense())));
        assertThat(root.get(N - 1) / root.get(0)).isLessThanOrEqualTo(bound * (1 + 1e-6));
        assertThat(values[0]).isPositive();
    }

    /** M^½ A M^½, with the eigenvalues of M A. */
    private static Tensor similar(Tensor m, Tensor a) {
        Eigh eigh = Eigh.of(RitzPairs.symmetricPart(m));
        double[] v = eigh.vectors().toDoubles();
        double[] scaled = v.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= Math.sqrt(eigh.values().get(i % N));
        }
        Tensor root = Tensor.wrap(a.shape(), scaled).matmul(Tensor.wrap(a.shape(), v).transpose());
        return root.matmul(a).matmul(root);
    }

    @Test
    void columnScalingHelpsLeastSquares() {
        int m = 200;
        double[] entries = new double[m * N];
        double[] noise = LanczosProcessTest.vector(m * N).toDoubles();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < N; j++) {
                entries[i * N + j] = (noise[i * N + j] + (i == j ? 40 : 0)) * Math.pow(10, 3.0 * j / N);
            }
        }
        Tensor matrix = Tensor.wrap(Shape.of(m, N), entries);
        CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
        Tensor b = LinearOperator.of(matrix).matvec(LanczosProcessTest.vector(N));
        LinearSolution plain = Lsmr.tolerance(1e-8).solve(counting, b);
        long before = counting.products();
        LinearSolution aided = Lsmr.tolerance(1e-8)
                .preconditioner(JacobiPreconditioner.ofColumns(matrix))
                .solve(counting, b);
        assertThat(aided.numMatvecs()).isEqualTo(counting.products() - before);
        assertSolves(counting, b, aided);
        assertThat(aided.iterations()).isLessThan(plain.iterations() / 3);
    }

    @Test
    void refuseWhatCannotPrecondition() {
        assertThatThrownBy(() -> JacobiPreconditioner.of(Tensor.of(new double[]{1, 0})))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("at 1");
        assertThatThrownBy(() -> JacobiPreconditioner.of(Tensor.eye(2, DType.F64))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> JacobiPreconditioner.ofColumns(Tensor.zeros(DType.F64, 2, 2)))
                .isInstanceOf(InvalidDataException.class);
        NystromApproximation zero = Nystrom.rank(2).approximate(LinearOperator.diagonal(Tensor.zeros(DType.F64, 30)));
        assertThatThrownBy(() -> NystromPreconditioner.of(zero, 0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> NystromPreconditioner.of(zero, -1)).isInstanceOf(InvalidDataException.class);
        assertThat(NystromPreconditioner.of(zero, 2).toDense().get(3, 3)).isEqualTo(0.5);
        assertThatThrownBy(() -> Lsmr.tolerance(1e-8)
                .preconditioner(LinearOperator.identity(3, DType.F64))
                .solve(LinearOperator.identity(4, DType.F64), Tensor.zeros(DType.F64, 4)))
                .isInstanceOf(ShapeException.class);
    }
}
