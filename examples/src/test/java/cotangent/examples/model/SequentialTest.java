package cotangent.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npz;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SequentialTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Linear(2, 3), Tanh, Linear(3, 1)", "Linear(2, 3) Tanh() Linear(3, 1)",
            "Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): Tanh()\n"
                    + "  (2): Linear(in_features=3, out_features=1, bias=True)\n)\n",
            "(0): Linear(2, 3)\n(1): Tanh()\n(2): Linear(3, 1)"})
    void isReadAsPytorchPrintsItAndByHand(String text) {
        Sequential model = Sequential.of(text);
        assertThat(model).hasToString("Linear-Tanh-Linear");
        Params params = model.init(Key.of(0), DType.F64);
        assertThat(params.names()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
        Tensor x = Key.of(1).normal(5, 2);
        Tensor byHand = x.matmul(params.get("0.weight"))
                .plus(params.get("0.bias"))
                .tanh()
                .matmul(params.get("2.weight"))
                .plus(params.get("2.bias"));
        assertThat(model.fn().apply(params, x).asTensor().minus(byHand).abs().max().item())
                .isLessThan(8 * Math.ulp(1.0));
    }

    @Test
    void groupsInsideGroupsHaveTheirNamesInFront() {
        Sequential model = Sequential.of("""
                Sequential(
                  (features): Sequential(
                    (0): Linear(in_features=2, out_features=3, bias=False)
                    (1): Sequential(
                      (a): ReLU(inplace=True)
                    )
                  )
                  (head): Linear(in_features=3, out_features=1, bias=True)
                )
                """);
        assertThat(model.init(Key.of(0), DType.F32).names()).containsExactly("features.0.weight", "head.weight",
                "head.bias");
    }

    @Test
    void aCommonPrefixInTheFileIsNotPartOfTheNames() {
        Path file = folder.resolve("a.npz");
        Npz.write(file,
                Params.of("net.0.weight", Tensor.of(new double[][]{{1, 2}, {3, 4}, {5, 6}}))
                        .with("net.0.bias", Tensor
                                .of(7.0, 8.0, 9.0)));
        Params params = Sequential.of("Linear(2, 3)").params(file, DType.F64);
        assertThat(params.names()).containsExactly("0.weight", "0.bias");
        assertThat(params.get("0.weight")).isEqualTo(Tensor.of(new double[][]{{1, 3, 5}, {2, 4, 6}}));
    }

    /** Uniform between ±1/sqrt(fan-in): of n numbers the largest lies within 10/n of the bound but for one case in e^5 or so. */
    @Test
    void freshParametersAreThoseOfPytorch() {
        Params params = Sequential.of("c: Conv2d(4, 50, (5, 5)), g: GRU(30, 64), n: LayerNorm(64)")
                .init(Key.of(3), DType.F64);
        assertUniform(params.get("c.weight"), 1 / Math.sqrt(4 * 25));
        assertUniform(params.get("g.weight_hh_l0"), 1 / Math.sqrt(64));
        assertThat(params.get("n.weight")).isEqualTo(Tensor.ones(DType.F64, 64));
        assertThat(params.get("n.bias")).isEqualTo(Tensor.zeros(DType.F64, 64));
        assertThat(params.get("c.weight").shape().toArray()).containsExactly(5, 5, 4, 50);
    }

    private static void assertUniform(Tensor values, double bound) {
        double largest = values.abs().max().item();
        assertThat(largest).isBetween(bound * (1 - 10.0 / values.shape().size()), bound);
        // the mean of n such numbers has a standard deviation of bound / sqrt(3 n)
        assertThat(Math.abs(values.mean().item())).isLessThan(4 * bound / Math.sqrt(3.0 * values.shape().size()));
    }

    @Test
    void aFileWithoutItsLayersSaysHowToPutThemThere() {
        Path file = folder.resolve("a.npz");
        Npz.write(file, Params.of("0.weight", Tensor.of(1.0)));
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Sequential.of(file))
                .withMessageContaining("metadata={\"layers\": str(model)}");
    }
}
