package cotangent.spec.peers;

import cotangent.dsl.DType;
import cotangent.spec.bench.GemmRoutine;
import cotangent.spec.bench.GemmShape;
import cotangent.spec.bench.Operands;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;

/** EJML on one core, whatever the limit: it is worth running only where a second core does not pay. */
public final class Ejml implements GemmRoutine {
    private static final double MOST_FLOPS = 2e5;

    /** For {@link java.util.ServiceLoader}. */
    public Ejml() {}

    @Override
    public String name() {
        return "EJML";
    }

    @Override
    public boolean suits(GemmShape shape) {
        return shape.flops() <= MOST_FLOPS;
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) {
        return shape.dtype() == DType.F32 ? floats(shape, a, b) : doubles(shape, a, b);
    }

    private static Product floats(GemmShape shape, double[] a, double[] b) {
        FMatrixRMaj left = FMatrixRMaj.wrap(shape.m(), shape.k(), Operands.floats(a));
        FMatrixRMaj right = FMatrixRMaj.wrap(shape.k(), shape.n(), Operands.floats(b));
        FMatrixRMaj product = new FMatrixRMaj(shape.m(), shape.n());
        return new Product() {
            @Override
            public void run() {
                CommonOps_FDRM.mult(left, right, product);
            }

            @Override
            public double[] result() {
                return Operands.doubles(product.data);
            }
        };
    }

    private static Product doubles(GemmShape shape, double[] a, double[] b) {
        DMatrixRMaj left = DMatrixRMaj.wrap(shape.m(), shape.k(), a);
        DMatrixRMaj right = DMatrixRMaj.wrap(shape.k(), shape.n(), b);
        DMatrixRMaj product = new DMatrixRMaj(shape.m(), shape.n());
        return new Product() {
            @Override
            public void run() {
                CommonOps_DDRM.mult(left, right, product);
            }

            @Override
            public double[] result() {
                return product.data.clone();
            }
        };
    }
}
