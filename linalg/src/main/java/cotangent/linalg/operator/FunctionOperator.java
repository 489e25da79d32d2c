package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.function.UnaryOperator;

/** An operator whose products are two functions. */
final class FunctionOperator extends CheckedOperator {
    private final int rows;
    private final int columns;
    private final DType dtype;
    private final UnaryOperator<Tensor> matmat;
    private final UnaryOperator<Tensor> rmatmat;

    FunctionOperator(int rows, int columns, DType dtype, UnaryOperator<Tensor> matmat, UnaryOperator<Tensor> rmatmat) {
        if (rows < 0 || columns < 0 || !dtype.isFloating()) {
            throw new ShapeException("LinearOperator.of: expected a size of f32 or f64, got %s[%d, %d]".formatted(dtype,
                    rows, columns));
        }
        this.rows = rows;
        this.columns = columns;
        this.dtype = dtype;
        this.matmat = matmat;
        this.rmatmat = rmatmat;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    Tensor apply(Tensor block) {
        Tensor product = matmat.apply(block);
        OperatorShapes.requireResult("matmat", this, rows, block, product);
        return product;
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        Tensor product = rmatmat.apply(block);
        OperatorShapes.requireResult("rmatmat", this, columns, block, product);
        return product;
    }
}
