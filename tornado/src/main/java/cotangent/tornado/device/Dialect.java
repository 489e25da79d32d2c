package cotangent.tornado.device;

import cotangent.dsl.DType;
import cotangent.dsl.ir.UnaryFunction;
import java.util.Set;

/**
 * What a device's compiler understands, so that one program is written for all of them.
 *
 * @param callsFma    whether {@code Math.fma} compiles; if not, {@code a * b + c} is written, which the device is to fuse
 * @param reinterprets whether a number's bits can be had by {@code Float.floatToRawIntBits} and its kin; if not, they are
 *                    computed exactly by comparisons and multiplications with powers of two
 * @param accurate    the device's own functions that are accurate enough to be called
 * @param tile        rows and columns of a product's tile in local memory
 * @param group       work items that share a long sum, a power of two
 */
public record Dialect(boolean callsFma, boolean reinterprets, Set<Accurate> accurate, int tile, int group) {
    /**
     * A function of the device that may stand for one of the language.
     *
     * @param function EXP, LOG, SIN, COS or TANH
     * @param type     F32 or F64
     */
    public record Accurate(UnaryFunction function, DType type) {}

    /** TornadoVM's: it fuses by itself, and none of its back ends reinterprets bits. */
    public static final Dialect TORNADO = new Dialect(false, false, Set.of(), 16, 128);

    /** A copy of the set of functions. */
    public Dialect {
        accurate = Set.copyOf(accurate);
        if (Integer.bitCount(group) != 1 || tile < 1) {
            throw new IllegalArgumentException("tile %d, group %d".formatted(tile, group));
        }
    }

    /** The same with other functions called. */
    public Dialect with(Set<Accurate> others) {
        return new Dialect(callsFma, reinterprets, others, tile, group);
    }

    /** Whether the device's own function is called. */
    public boolean calls(UnaryFunction function, DType type) {
        return accurate.contains(new Accurate(function, type));
    }
}
