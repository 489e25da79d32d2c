package cotangent.spec.bench;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.Eigh;
import cotangent.linalg.Qr;
import cotangent.linalg.Svd;
import java.util.function.Function;

/** Cotangent's own, as a user calls them. */
final class CotangentDecompositions implements DecompositionRoutine {
    @Override
    public String name() {
        return Side.OURS;
    }

    @Override
    public boolean isLapack() {
        return false;
    }

    @Override
    public boolean suits(Decomposition work) {
        return true;
    }

    @Override
    public Call prepare(Decomposition work, double[] a, int threads) {
        Tensor matrix = Tensor.wrap(Shape.of(work.m(), work.n()), a);
        return switch (work.kind()) {
            case EIGH -> new Once<>(matrix, Eigh::of, Eigh::values);
            case EIGVALSH -> new Once<>(matrix, Eigh::values, values -> values);
            case QR -> new Once<>(matrix, Qr::of, Qr::r);
            case SVD -> new Once<>(matrix, Svd::of, Svd::s);
            case CHOLESKY -> new Once<>(matrix, Cholesky::of, Cholesky::l);
        };
    }

    /** A decomposition and what of it is looked at. */
    private static final class Once<D> implements Call {
        private final Tensor matrix;
        private final Function<Tensor, D> decompose;
        private final Function<D, Tensor> part;
        private D last;

        Once(Tensor matrix, Function<Tensor, D> decompose, Function<D, Tensor> part) {
            this.matrix = matrix;
            this.decompose = decompose;
            this.part = part;
            last = decompose.apply(matrix);
        }

        @Override
        public void run() {
            last = decompose.apply(matrix);
        }

        @Override
        public double[] result() {
            return part.apply(last).toDoubles();
        }
    }
}
