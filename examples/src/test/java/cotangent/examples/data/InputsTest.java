package cotangent.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputsTest {
    @TempDir
    private Path folder;

    @Test
    void readsMatricesOfNumbers() {
        assertThat(read(Tensor.of(Shape.of(1, 2), 1, 255), DType.F32)).isEqualTo(Tensor.of(Shape.of(1, 2), 1f, 255f));
        assertThat(read(Tensor.of(Shape.of(2, 1), .1f, 2f), DType.F64)).isEqualTo(Tensor.of(Shape.of(2, 1), .1f, 2.0));
        assertThat(read(Tensor.of(Shape.of(2, 1), .1, 2), DType.F64)).isEqualTo(Tensor.of(Shape.of(2, 1), .1, 2));
    }

    private Tensor read(Tensor array, DType dtype) {
        Path file = folder.resolve("x.npy");
        Npy.write(file, array);
        return Inputs.read(file, dtype);
    }

    @Test
    void refusesWhatNoModelCanTake() {
        refuses(Tensor.of(1.0, 2.0), "[N, d], got shape [2]");
        refuses(Tensor.zeros(DType.F64, 0, 3), "at least one sample");
        refuses(Tensor.zeros(DType.F64, 3, 0), "at least one sample");
        refuses(Tensor.of(Shape.of(1, 2), 1, Double.POSITIVE_INFINITY), "element 1 is Infinity");
        refuses(Tensor.of(Shape.of(1, 2), 1, Double.NaN), "element 1 is NaN");
        refuses(Tensor.of(Shape.of(1, 2), 1, 16_777_217), "element 1, 1.6777217E7, is not an f32 number");
        refuses(Tensor.of(Shape.of(1, 1), 1e300), "is not an f32 number");
    }

    private void refuses(Tensor array, String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> read(array, DType.F32))
                .withMessageContaining(message)
                .withMessageContaining("x.npy");
    }
}
