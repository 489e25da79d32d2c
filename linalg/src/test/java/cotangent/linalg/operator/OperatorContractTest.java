package cotangent.linalg.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every operator must do, whatever it is made of. */
class OperatorContractTest {
    static List<Specimen> specimens() {
        return Specimen.all();
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void productsAreThoseOfTheMatrix(Specimen specimen) {
        LinearOperator operator = specimen.operator();
        for (int k : new int[]{0, 1, 3, 9}) {
            Tensor right = Reference.gaussian(operator.dtype(), operator.columns(), k, 11);
            assertProduct(specimen.matrix(), specimen.absolute(), right, operator.matmat(right), specimen.roundings(),
                    operator.rows());
            Tensor left = Reference.gaussian(operator.dtype(), operator.rows(), k, 12);
            assertProduct(Reference.transpose(specimen.matrix(), operator.columns()), Reference.transpose(specimen
                    .absolute(), operator.columns()), left, operator.rmatmat(left), specimen.roundings(), operator
                            .columns());
        }
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void aVectorIsABlockOfOneColumn(Specimen specimen) {
        LinearOperator operator = specimen.operator();
        Tensor right = Reference.gaussian(operator.dtype(), operator.columns(), 1, 13);
        Tensor product = operator.matvec(right.reshape(operator.columns()));
        assertThat(product.shape().toArray()).containsExactly(operator.rows());
        assertProduct(specimen.matrix(), specimen.absolute(), right, product.reshape(operator.rows(), 1), specimen
                .roundings(), operator.rows());
        Tensor left = Reference.gaussian(operator.dtype(), operator.rows(), 1, 14);
        Tensor transposed = operator.rmatvec(left.reshape(operator.rows()));
        assertProduct(Reference.transpose(specimen.matrix(), operator.columns()), Reference.transpose(specimen
                .absolute(), operator.columns()), left, transposed.reshape(operator.columns(), 1), specimen.roundings(),
                operator.columns());
    }

    private static void assertProduct(double[][] matrix, double[][] absolute, Tensor block, Tensor actual,
            int roundings,
            int rows) {
        int k = block.shape().extent(1);
        assertThat(actual.dtype()).isEqualTo(block.dtype());
        assertThat(actual.shape().toArray()).containsExactly(rows, k);
        double[][] vectors = Reference.rows(block);
        Reference.assertClose(actual, Reference.product(matrix, vectors, k), Reference.product(absolute, Reference
                .absolute(vectors), k), roundings);
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void denseFormIsTheMatrix(Specimen specimen) {
        Tensor dense = specimen.operator().toDense();
        assertThat(dense.shape().toArray()).containsExactly(specimen.operator().rows(), specimen.operator().columns());
        Reference.assertClose(dense, specimen.matrix(), specimen.absolute(), specimen.roundings());
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void adjointExchangesTheProductsAndComesBack(Specimen specimen) {
        LinearOperator operator = specimen.operator();
        LinearOperator adjoint = operator.adjoint();
        assertThat(adjoint.rows()).isEqualTo(operator.columns());
        assertThat(adjoint.columns()).isEqualTo(operator.rows());
        assertThat(adjoint.matvecCost()).isEqualTo(operator.rmatvecCost());
        assertThat(adjoint.rmatvecCost()).isEqualTo(operator.matvecCost());
        Reference.assertClose(adjoint.toDense(), Reference.transpose(specimen.matrix(), operator.columns()), Reference
                .transpose(specimen.absolute(), operator.columns()), specimen.roundings());
        assertThat(adjoint.adjoint()).isEqualTo(operator);
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void passesTheAdjointTest(Specimen specimen) {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(AdjointTest.of(specimen.operator(), seed)).matches(AdjointTest::passed);
        }
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void tagsAreTrue(Specimen specimen) {
        LinearOperator operator = specimen.operator();
        if (operator.positiveSemidefinite()) {
            assertThat(operator.symmetric()).isTrue();
            double size = java.util.Arrays.stream(specimen.absolute()).flatMapToDouble(java.util.Arrays::stream).sum();
            assertThat(specimen.smallestEigenvalue())
                    .isGreaterThanOrEqualTo(-10 * specimen.roundings() * 0x1p-52 * size);
        }
        if (operator.symmetric()) {
            assertThat(operator.rows()).isEqualTo(operator.columns());
            double[][] transposed = Reference.transpose(specimen.matrix(), operator.columns());
            Reference.assertClose(Reference.tensor(specimen.matrix(), operator.columns(), operator.dtype()), transposed,
                    specimen.absolute(), specimen.roundings());
        }
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void refusesBlocksThatDoNotFitAndNamesBoth(Specimen specimen) {
        LinearOperator operator = specimen.operator();
        DType dtype = operator.dtype();
        DType other = dtype == DType.F64 ? DType.F32 : DType.F64;
        String size = "[%d, %d]".formatted(operator.rows(), operator.columns());
        int wrong = operator.rows() + operator.columns() + 1;
        assertThatThrownBy(() -> operator.matmat(Tensor.zeros(dtype, wrong, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining(size)
                .hasMessageContaining("[%d, 2]".formatted(wrong));
        assertThatThrownBy(() -> operator.rmatmat(Tensor.zeros(dtype, wrong, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[%d, 2]".formatted(wrong));
        assertThatThrownBy(() -> operator.matvec(Tensor.zeros(dtype, wrong))).isInstanceOf(ShapeException.class)
                .hasMessageContaining(size)
                .hasMessageContaining("[%d]".formatted(wrong));
        assertThatThrownBy(() -> operator.rmatvec(Tensor.zeros(dtype, wrong))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[%d]".formatted(wrong));
        assertThatThrownBy(() -> operator.matmat(Tensor.zeros(other, operator.columns(), 2))).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> operator.matvec(Tensor.zeros(dtype, operator.columns(), 2))).isInstanceOf(
                ShapeException.class);
    }
}
