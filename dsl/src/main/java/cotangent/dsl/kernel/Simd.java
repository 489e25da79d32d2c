package cotangent.dsl.kernel;

/**
 * Whether this process has the Vector API, and how wide its vectors are; links no Vector type itself.
 *
 * <p>The system property {@code cotangent.species} ({@code 128}, {@code 256}, {@code 512} or {@code scalar}) overrides
 * what the machine prefers. {@code scalar} keeps the lane count of a 512-bit machine, which is also what a process
 * without the Vector API computes with.
 */
final class Simd {
    private static final String PROPERTY = "cotangent.species";
    private static final String MODULE = "jdk.incubator.vector";

    /** True when vector kernels are linked and used. */
    static final boolean AVAILABLE = !"scalar".equals(System.getProperty(PROPERTY)) && modulePresent();

    /** Bits of a vector; scalar kernels follow the lane order of this width. */
    static final int BITS = bits();

    /** Float64 lanes of a vector. */
    static final int F64_LANES = BITS / Double.SIZE;

    /** Float32 lanes of a vector. */
    static final int F32_LANES = BITS / Float.SIZE;

    private Simd() {}

    private static boolean modulePresent() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return false;
        }
        try {
            Class.forName(MODULE + ".VectorSpecies");
            return true;
        } catch (ClassNotFoundException | LinkageError notReadable) {
            return false;
        }
    }

    private static int bits() {
        String wanted = System.getProperty(PROPERTY, "");
        return switch (wanted) {
            case "128", "256", "512" -> Integer.parseInt(wanted);
            case "scalar" -> 512;
            case "" -> AVAILABLE ? PreferredShape.bits() : 512;
            default -> throw new IllegalArgumentException(
                    PROPERTY + ": expected 128, 256, 512 or scalar, got '" + wanted + "'");
        };
    }
}
