package cotangent.dsl.simd;

import cotangent.dsl.CotangentException;
import jdk.incubator.vector.FloatVector;

/** The vector size that kernels use: the machine's, or what the system property {@value #PROPERTY} says. */
final class VectorBits {
    static final String PROPERTY = "cotangent.species";
    static final int PREFERRED = choose();

    private VectorBits() {}

    private static int choose() {
        String chosen = System.getProperty(PROPERTY);
        if (chosen == null) {
            return Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
        }
        return switch (chosen) {
            case "128", "256", "512" -> Integer.parseInt(chosen);
            default -> throw new CotangentException("%s: expected 128, 256 or 512, got \"%s\"".formatted(PROPERTY,
                    chosen));
        };
    }
}
