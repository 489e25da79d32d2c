package cotangent.dsl.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.VectorOperators;
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

    /**
     * Links the vector classes of every size, and memory on the heap beside memory off it. What C2 compiles while a type has
     * one subclass is thrown away when a second is linked: seconds of compiling, when short rows bring the first smaller
     * vectors, or a shuffle the first heap segment, late in a job.
     */
    static void linkAll() {
        for (VectorShape shape : VectorShape.values()) {
            for (Class<?> element : new Class<?>[]{double.class, float.class, long.class, int.class}) {
                VectorSpecies<?> species = VectorSpecies.of(element, shape);
                species.zero().compare(VectorOperators.EQ, 0).toVector();
                species.iotaShuffle(0, 1, true).toVector();
            }
        }
        MemorySegment.ofArray(new byte[0]);
        MemorySegment.ofArray(new float[0]);
        MemorySegment.ofArray(new double[0]);
        MemorySegment.ofArray(new int[0]);
        MemorySegment.ofArray(new long[0]);
    }
}
