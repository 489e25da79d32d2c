package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import java.util.function.UnaryOperator;

/** The Rayleigh quotient yᵀKy/‖y‖² of the labels. */
final class LabelForm {
    private LabelForm() {}

    /**
     * The quotient by one product.
     *
     * @param labels  y, a vector of the dtype that the product takes
     * @param product with K
     */
    static double of(Tensor labels, UnaryOperator<Tensor> product) {
        int n = labels.shape().size();
        Tensor column = labels.reshape(n, 1);
        Tensor image = product.apply(labels).reshape(n, 1);
        return Columns.dots(column, image)[0] / Columns.sumOfSquares(column);
    }
}
