package cotangent.dsl.kernel;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The two vector species every kernel computes with.
 *
 * <p>They are static finals because C2 keeps a vector in a register only where it can prove its species: a species that
 * arrives as an argument, or in a field of an object that is no constant, costs a boxed vector per operation. So the
 * width is fixed per process, and tests of other widths run in processes of their own.
 */
final class Species {
    static final VectorSpecies<Double> F64 = VectorSpecies.of(double.class, VectorShape.forBitSize(Simd.BITS));
    static final VectorSpecies<Float> F32 = VectorSpecies.of(float.class, VectorShape.forBitSize(Simd.BITS));

    /** One element of memory outside the heap. */
    static final ValueLayout.OfDouble F64_ELEMENT = ValueLayout.JAVA_DOUBLE;

    /** One element of memory outside the heap. */
    static final ValueLayout.OfFloat F32_ELEMENT = ValueLayout.JAVA_FLOAT;

    private Species() {}
}
