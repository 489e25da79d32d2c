package cotangent.dsl.simd;

import cotangent.dsl.CotangentException;
import jdk.incubator.vector.FloatVector;

/**
 * The vector size that kernels use, and in which form: the machine's and {@link Form#ADAPTIVE}, or what the system property
 * {@value #PROPERTY} says; {@code scalar} has the bits of the machine's vectors. With {@code cotangent.warmup=off} kernels
 * are in vector form from the start.
 */
final class VectorBits {
    static final String PROPERTY = "cotangent.species";
    private static final String SCALAR = "scalar";
    static final int PREFERRED = choose();
    static final Form FORM = form();

    private VectorBits() {}

    private static Form form() {
        if (SCALAR.equals(System.getProperty(PROPERTY))) {
            return Form.SCALAR;
        }
        return "off".equals(System.getProperty("cotangent.warmup")) ? Form.VECTOR : Form.ADAPTIVE;
    }

    private static int choose() {
        String chosen = System.getProperty(PROPERTY, SCALAR);
        return switch (chosen) {
            case "128", "256", "512" -> Integer.parseInt(chosen);
            case SCALAR -> Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
            default ->
                throw new CotangentException("%s: expected 128, 256, 512 or scalar, got \"%s\"".formatted(PROPERTY,
                        chosen));
        };
    }
}
