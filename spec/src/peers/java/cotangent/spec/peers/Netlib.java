package cotangent.spec.peers;

import cotangent.dsl.DType;
import cotangent.spec.bench.GemmRoutine;
import cotangent.spec.bench.GemmShape;
import cotangent.spec.bench.Operands;
import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The BLAS of dev.ludovic.netlib in Java, by the Vector API, on one core. Its matrices are column-major, so it is asked
 * for the transpose, Cᵀ = Bᵀ·Aᵀ.
 */
public final class Netlib implements GemmRoutine {
    private static final double MOST_FLOPS = 2e6;
    /** Kept, since a logger that nobody holds forgets its level. */
    private static final Logger LOGGER = Logger.getLogger("dev.ludovic.netlib");

    /** For {@link java.util.ServiceLoader}. */
    public Netlib() {}

    @Override
    public String name() {
        return "netlib";
    }

    @Override
    public boolean suits(GemmShape shape) {
        return shape.flops() <= MOST_FLOPS;
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) {
        LOGGER.setLevel(Level.WARNING);
        return shape.dtype() == DType.F32 ? floats(shape, a, b) : doubles(shape, a, b);
    }

    private static Product floats(GemmShape shape, double[] a, double[] b) {
        JavaBLAS blas = JavaBLAS.getInstance();
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        float[] left = Operands.floats(a);
        float[] right = Operands.floats(b);
        float[] product = new float[m * n];
        return new Product() {
            @Override
            public void run() {
                blas.sgemm("N", "N", n, m, k, 1, right, n, left, k, 0, product, n);
            }

            @Override
            public double[] result() {
                return Operands.doubles(product);
            }
        };
    }

    private static Product doubles(GemmShape shape, double[] a, double[] b) {
        JavaBLAS blas = JavaBLAS.getInstance();
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        double[] product = new double[m * n];
        return new Product() {
            @Override
            public void run() {
                blas.dgemm("N", "N", n, m, k, 1, b, n, a, k, 0, product, n);
            }

            @Override
            public double[] result() {
                return product.clone();
            }
        };
    }
}
