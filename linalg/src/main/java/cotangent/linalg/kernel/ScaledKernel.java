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
        return () -> {
            TileFactory.Tiler tiler = inner.tiler();
            return (i, j) -> {
                Tensor tile = tiler.tile(i, j);
                if (tile.dtype() == DType.F64) {
                    Dots.dscal(tile.shape().size(), variance, Storage.doubles(tile), 0);
                } else {
                    Dots.sscal(tile.shape().size(), (float) variance, Storage.floats(tile), 0);
                }
                return tile;
            };
        };
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
        Tensor value = block(x1, x2);
        double own = 0;
        for (double row : Columns.dots(value, weights.cast(value.dtype()))) {
            own += row;
        }
        double[] inner = kernel.vjp(x1, x2, weights);
        for (int i = 0; i < inner.length; i++) {
            inner[i] *= variance;
        }
        return Hyperparameters.join(new double[]{own}, inner);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g * %s", variance, kernel);
    }
}
