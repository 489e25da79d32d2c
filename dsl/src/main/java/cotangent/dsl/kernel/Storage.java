package cotangent.dsl.kernel;

import cotangent.dsl.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arrays behind tensors, without a copy, for Cotangent's own modules. Whoever reads them must not write: a tensor is
 * immutable to its users, and its array may be shared.
 */
public final class Storage {
    private static @Nullable Access access;

    private Storage() {}

    /** What {@link Tensor} grants to this class alone. */
    @FunctionalInterface
    public interface Access {
        /** The tensor's array: float[], double[], int[] or boolean[], row-major. */
        Object array(Tensor tensor);
    }

    /** Called once, by {@link Tensor} when it is initialised. */
    public static void grant(Access granted) {
        if (access == null) {
            access = granted;
        }
    }

    /** The array of an F64 tensor. */
    public static double[] doubles(Tensor tensor) {
        return (double[]) array(tensor);
    }

    /** The array of an F32 tensor. */
    public static float[] floats(Tensor tensor) {
        return (float[]) array(tensor);
    }

    /** The array of an I32 tensor. */
    public static int[] ints(Tensor tensor) {
        return (int[]) array(tensor);
    }

    /** The array of a BOOL tensor. */
    public static boolean[] booleans(Tensor tensor) {
        return (boolean[]) array(tensor);
    }

    /** The array of a tensor of any dtype. */
    public static Object array(Tensor tensor) {
        return Objects.requireNonNull(access).array(tensor);
    }
}
