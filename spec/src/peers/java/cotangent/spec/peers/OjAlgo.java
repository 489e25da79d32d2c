package cotangent.spec.peers;

import cotangent.dsl.DType;
import cotangent.spec.bench.GemmRoutine;
import cotangent.spec.bench.GemmShape;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.PhysicalStore;
import org.ojalgo.matrix.store.R032Store;
import org.ojalgo.matrix.store.R064Store;

/** ojAlgo, its matrices column-major as it wants them. */
public final class OjAlgo implements GemmRoutine {
    private static final double MOST_FLOPS = 2e6;

    /** For {@link java.util.ServiceLoader}. */
    public OjAlgo() {}

    @Override
    public String name() {
        return "ojAlgo";
    }

    @Override
    public boolean suits(GemmShape shape) {
        return shape.flops() <= MOST_FLOPS;
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) {
        OjAlgoUtils.limitThreadsTo(threads);
        PhysicalStore<Double> left = store(shape.dtype(), shape.m(), shape.k(), a);
        PhysicalStore<Double> right = store(shape.dtype(), shape.k(), shape.n(), b);
        PhysicalStore<Double> product = store(shape.dtype(), shape.m(), shape.n(), new double[shape.m() * shape.n()]);
        return new Product() {
            @Override
            public void run() {
                product.fillByMultiplying(left, right);
            }

            @Override
            public double[] result() {
                return product.transpose().toRawCopy1D();
            }
        };
    }

    private static PhysicalStore<Double> store(DType dtype, int rows, int columns, double[] values) {
        PhysicalStore<Double> store = dtype == DType.F32
                ? R032Store.FACTORY.make(rows, columns)
                : R064Store.FACTORY.make(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                store.set(i, j, values[i * columns + j]);
            }
        }
        return store;
    }
}
