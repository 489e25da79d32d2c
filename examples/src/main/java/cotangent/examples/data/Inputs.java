package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npy;
import java.nio.file.Path;

/** A model's inputs from a file of one's own. */
public final class Inputs {
    private Inputs() {}

    /**
     * The matrix in an .npy file, one sample per row, [N, d], F32 or F64; integers and narrower numbers are converted.
     *
     * @throws InvalidDataException if the file is malformed, its array is no matrix or is empty, or a number is not
     *         finite or not exact in the type asked for
     */
    public static Tensor read(Path file, DType dtype) {
        return matrix(file, readAny(file, dtype));
    }

    /**
     * The array of two axes or more in an .npy file, F32 or F64; integers and narrower numbers are converted.
     *
     * @throws InvalidDataException as {@link #read}
     */
    public static Tensor readAny(Path file, DType dtype) {
        Tensor array = Npy.read(file);
        if (array.rank() < 2) {
            throw matrixExpected(file, array);
        }
        if (array.shape().size() == 0) {
            throw new InvalidDataException("%s: expected at least one sample of at least one number, got shape %s"
                    .formatted(file, array.shape()));
        }
        return FloatingArrays.convert(array, dtype, file.toString());
    }

    private static Tensor matrix(Path file, Tensor array) {
        if (array.rank() != 2) {
            throw matrixExpected(file, array);
        }
        return array;
    }

    private static InvalidDataException matrixExpected(Path file, Tensor array) {
        return new InvalidDataException("%s: expected a matrix with one sample per row, [N, d], got shape %s".formatted(
                file, array.shape()));
    }
}
