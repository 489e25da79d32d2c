package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.block.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A positive multiple of a kernel. */
record ScaledKernel(double variance, KernelFunction kernel) implements KernelFunction {
    ScaledKernel {
        Hyperparameters.requirePositive("variance", variance);
    }

    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return kernel.block(x1, x2).times(variance);
    }

    TileFactory tiles(List<Tensor> rows, List<Tensor> columns) {
        TileFactory inner = TileFactory.of(kernel, rows, columns);
        return () -> new ScaledTiler(variance, inner.tiler());
    }

    /** Tiles of the kernel, multiplied where they are. */
    private record ScaledTiler(double variance, TileFactory.Tiler inner) implements TileFactory.Tiler {
        @Override
        public Tensor tile(int row, int column) {
            Tensor tile = inner.tile(row, column);
            if (tile.dtype() == DType.F64) {
                Dots.dscal(tile.shape().size(), variance, Storage.doubles(tile), 0);
            } else {
                Dots.sscal(tile.shape().size(), (float) variance, Storage.floats(tile), 0);
            }
            return tile;
        }

        @Override
        public double[] vjp(int row, int column, Tensor weights) {
            double own = variance * contraction(inner.tile(row, column), weights);
            return joined(own, variance, inner.vjp(row, column, weights));
        }
    }

    private static double contraction(Tensor tile, Tensor weights) {
        double[] values = Columns.widened(tile);
        return Dots.ddot(values.length, values, 0, Columns.widened(weights), 0);
    }

    private static double[] joined(double own, double factor, double[] inner) {
        for (int i = 0; i < inner.length; i++) {
            inner[i] *= factor;
        }
        return Hyperparameters.join(new double[]{own}, inner);
    }

    @Override
    public Tensor diagonal(Tensor x) {
        return kernel.diagonal(x).times(variance);
    }

    @Override
    public Hyperparameters hyperparameters() {
        return new Hyperparameters(List.of("variance"), new double[]{variance}).and(kernel.hyperparameters());
    }

    @Override
    public KernelFunction with(double... values) {
        hyperparameters().requireCount(values.length);
        return new ScaledKernel(values[0], kernel.with(Arrays.copyOfRange(values, 1, values.length)));
    }

    @Override
    public double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        double own = contraction(block(x1, x2), weights);
        return joined(own, variance, kernel.vjp(x1, x2, weights));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g * %s", variance, kernel);
    }
}
