package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The matrix products of K·v for a network of dense layers, without anything else: of each layer xᵀ·δ and x·dW, and but for the
 * first, whose input is data, δ·Wᵀ and dx·W. float32.
 */
final class LayerProducts {
    private record Product(int m, int n, int k, float[] a, int aRow, int aColumn, float[] b, int bRow, int bColumn,
            float[] c) {
        void run() {
            Gemm.sgemm(m, n, k, 1, a, 0, aRow, aColumn, b, 0, bRow, bColumn, 0, c, 0, n);
        }
    }

    private final List<Product> products = new ArrayList<>();

    /**
     * Draws what is multiplied.
     *
     * @param widths of the layers, input first
     */
    LayerProducts(int samples, int... widths) {
        int widest = Arrays.stream(widths).max().orElseThrow();
        float[] result = new float[Math.max(samples, widest) * widest];
        float[] x = normal(samples * widest);
        float[] delta = normal(samples * widest);
        float[] weight = normal(widest * widest);
        for (int layer = 0; layer + 1 < widths.length; layer++) {
            int in = widths[layer];
            int out = widths[layer + 1];
            products.add(new Product(in, out, samples, x, 1, in, delta, out, 1, result));
            products.add(new Product(samples, out, in, x, in, 1, weight, out, 1, result));
            if (layer > 0) {
                products.add(new Product(samples, in, out, delta, out, 1, weight, 1, out, result));
                products.add(new Product(samples, out, in, x, in, 1, weight, out, 1, result));
            }
        }
    }

    private static float[] normal(int size) {
        Tensor drawn = Key.of(5).normal(Shape.of(size), DType.F32);
        return Storage.floats(drawn).clone();
    }

    /** All of them, one after the other. */
    Object run() {
        products.forEach(Product::run);
        return products.getLast().c();
    }
}
