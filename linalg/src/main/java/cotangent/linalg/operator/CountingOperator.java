package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import java.util.concurrent.atomic.AtomicLong;

/** An operator that counts the vectors it is applied to, and passes them on to another. */
public final class CountingOperator implements LinearOperator {
    private final LinearOperator operator;
    private final AtomicLong matvecs = new AtomicLong();
    private final AtomicLong rmatvecs = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();

    private CountingOperator(LinearOperator operator) {
        this.operator = operator;
    }

    /** Counts products with an operator, from zero. */
    public static CountingOperator of(LinearOperator operator) {
        return new CountingOperator(operator);
    }

    /** Vectors it was applied to; a block of k counts k. */
    public long matvecs() {
        return matvecs.get();
    }

    /** Vectors its transpose was applied to; a block of k counts k. */
    public long rmatvecs() {
        return rmatvecs.get();
    }

    /** Products with A and with its transpose together. */
    public long products() {
        return matvecs() + rmatvecs();
    }

    /** Blocks of any width, of both kinds. */
    public long calls() {
        return calls.get();
    }

    /** Forward-mode passes spent. */
    public long jvps() {
        return matvecs() * operator.matvecCost().jvps() + rmatvecs() * operator.rmatvecCost().jvps();
    }

    /** Reverse-mode passes spent. */
    public long vjps() {
        return matvecs() * operator.matvecCost().vjps() + rmatvecs() * operator.rmatvecCost().vjps();
    }

    @Override
    public int rows() {
        return operator.rows();
    }

    @Override
    public int columns() {
        return operator.columns();
    }

    @Override
    public DType dtype() {
        return operator.dtype();
    }

    @Override
    public Tensor matmat(Tensor block) {
        Tensor product = operator.matmat(block);
        matvecs.addAndGet(block.shape().extent(1));
        calls.incrementAndGet();
        return product;
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        Tensor product = operator.rmatmat(block);
        rmatvecs.addAndGet(block.shape().extent(1));
        calls.incrementAndGet();
        return product;
    }

    @Override
    public Tensor matvec(Tensor vector) {
        Tensor product = operator.matvec(vector);
        matvecs.incrementAndGet();
        calls.incrementAndGet();
        return product;
    }

    @Override
    public Tensor rmatvec(Tensor vector) {
        Tensor product = operator.rmatvec(vector);
        rmatvecs.incrementAndGet();
        calls.incrementAndGet();
        return product;
    }

    @Override
    public boolean symmetric() {
        return operator.symmetric();
    }

    @Override
    public boolean positiveSemidefinite() {
        return operator.positiveSemidefinite();
    }

    @Override
    public DerivativeCost matvecCost() {
        return operator.matvecCost();
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return operator.rmatvecCost();
    }

    @Override
    public String toString() {
        return "%s, %d matvecs, %d rmatvecs".formatted(operator, matvecs(), rmatvecs());
    }
}
