package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.kernel.Gemm;

/** Cotangent's own kernel. */
final class CotangentGemm implements GemmRoutine {
    @Override
    public String name() {
        return Side.OURS;
    }

    @Override
    public boolean suits(GemmShape shape) {
        return true;
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) {
        return shape.dtype() == DType.F32 ? new Floats(shape, a, b) : new Doubles(shape, a, b);
    }

    private static final class Floats implements Product {
        private final int m;
        private final int n;
        private final int k;
        private final float[] a;
        private final float[] b;
        private final float[] c;

        Floats(GemmShape shape, double[] a, double[] b) {
            m = shape.m();
            n = shape.n();
            k = shape.k();
            this.a = Operands.floats(a);
            this.b = Operands.floats(b);
            c = new float[m * n];
        }

        @Override
        public void run() {
            Gemm.sgemm(m, n, k, 1, a, 0, k, 1, b, 0, n, 1, 0, c, 0, n);
        }

        @Override
        public double[] result() {
            return Operands.doubles(c);
        }
    }

    private static final class Doubles implements Product {
        private final int m;
        private final int n;
        private final int k;
        private final double[] a;
        private final double[] b;
        private final double[] c;

        Doubles(GemmShape shape, double[] a, double[] b) {
            m = shape.m();
            n = shape.n();
            k = shape.k();
            this.a = a;
            this.b = b;
            c = new double[m * n];
        }

        @Override
        public void run() {
            Gemm.dgemm(m, n, k, 1, a, 0, k, 1, b, 0, n, 1, 0, c, 0, n);
        }

        @Override
        public double[] result() {
            return c.clone();
        }
    }
}
