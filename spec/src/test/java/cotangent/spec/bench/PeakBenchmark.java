package cotangent.spec.bench;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Fused multiply-adds and nothing else: twelve independent chains, since a core that starts two each cycle and takes four
 * for one needs eight to be busy, and some cores need ten; they begin differently, so that none
 * is taken for another. JMH extends it, so it is not final.
 */
@State(Scope.Thread)
public class PeakBenchmark {
    static final int CHAINS = 12;
    static final int STEPS = 4096;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    /** Which of the two. */
    @Param("f64")
    public String dtype = "f64";

    private float factor = 0.5f;

    /** For JMH. */
    public PeakBenchmark() {}

    /** Multiplications and additions of one call. */
    static double flops(boolean single) {
        return 2.0 * CHAINS * STEPS * (single ? FLOATS.length() : DOUBLES.length());
    }

    /** The chains, added up so that none is left out. */
    @Benchmark
    public double chains() {
        return dtype.equals("f32") ? singles() : doubles();
    }

    private float singles() {
        FloatVector x = FloatVector.broadcast(FLOATS, factor);
        FloatVector y = FloatVector.broadcast(FLOATS, 1 - factor);
        FloatVector c0 = y;
        FloatVector c1 = c0.add(y);
        FloatVector c2 = c1.add(y);
        FloatVector c3 = c2.add(y);
        FloatVector c4 = c3.add(y);
        FloatVector c5 = c4.add(y);
        FloatVector c6 = c5.add(y);
        FloatVector c7 = c6.add(y);
        FloatVector c8 = c7.add(y);
        FloatVector c9 = c8.add(y);
        FloatVector c10 = c9.add(y);
        FloatVector c11 = c10.add(y);
        for (int step = 0; step < STEPS; step++) {
            c0 = c0.fma(x, y);
            c1 = c1.fma(x, y);
            c2 = c2.fma(x, y);
            c3 = c3.fma(x, y);
            c4 = c4.fma(x, y);
            c5 = c5.fma(x, y);
            c6 = c6.fma(x, y);
            c7 = c7.fma(x, y);
            c8 = c8.fma(x, y);
            c9 = c9.fma(x, y);
            c10 = c10.fma(x, y);
            c11 = c11.fma(x, y);
        }
        FloatVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        FloatVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }

    private double doubles() {
        DoubleVector x = DoubleVector.broadcast(DOUBLES, factor);
        DoubleVector y = DoubleVector.broadcast(DOUBLES, 1 - factor);
        DoubleVector c0 = y;
        DoubleVector c1 = c0.add(y);
        DoubleVector c2 = c1.add(y);
        DoubleVector c3 = c2.add(y);
        DoubleVector c4 = c3.add(y);
        DoubleVector c5 = c4.add(y);
        DoubleVector c6 = c5.add(y);
        DoubleVector c7 = c6.add(y);
        DoubleVector c8 = c7.add(y);
        DoubleVector c9 = c8.add(y);
        DoubleVector c10 = c9.add(y);
        DoubleVector c11 = c10.add(y);
        for (int step = 0; step < STEPS; step++) {
            c0 = c0.fma(x, y);
            c1 = c1.fma(x, y);
            c2 = c2.fma(x, y);
            c3 = c3.fma(x, y);
            c4 = c4.fma(x, y);
            c5 = c5.fma(x, y);
            c6 = c6.fma(x, y);
            c7 = c7.fma(x, y);
            c8 = c8.fma(x, y);
            c9 = c9.fma(x, y);
            c10 = c10.fma(x, y);
            c11 = c11.fma(x, y);
        }
        DoubleVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        DoubleVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
