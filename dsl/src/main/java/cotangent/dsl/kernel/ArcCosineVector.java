package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link ArcCosine} with the Vector API: one pass, whose polynomial takes a third of the time. */
final class ArcCosineVector {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private ArcCosineVector() {}

    /** Whole vectors; returns how many pairs these are. */
    static int moments(int n, ArcCosine.Slopes c, double deviation, double[] deviations, ArcCosine.Pairs x,
            ArcCosine.Pairs y) {
        DoubleVector one = DoubleVector.broadcast(S, 1);
        DoubleVector zero = DoubleVector.zero(S);
        DoubleVector tiny = DoubleVector.broadcast(S, Double.MIN_NORMAL);
        DoubleVector squares = DoubleVector.broadcast(S, c.squares);
        DoubleVector product = DoubleVector.broadcast(S, c.product);
        DoubleVector c21 = DoubleVector.broadcast(S, ArcTangent.C21);
        DoubleVector c20 = DoubleVector.broadcast(S, ArcTangent.C20);
        DoubleVector c19 = DoubleVector.broadcast(S, ArcTangent.C19);
        DoubleVector c18 = DoubleVector.broadcast(S, ArcTangent.C18);
        DoubleVector c17 = DoubleVector.broadcast(S, ArcTangent.C17);
        DoubleVector c16 = DoubleVector.broadcast(S, ArcTangent.C16);
        DoubleVector c15 = DoubleVector.broadcast(S, ArcTangent.C15);
        DoubleVector c14 = DoubleVector.broadcast(S, ArcTangent.C14);
        DoubleVector c13 = DoubleVector.broadcast(S, ArcTangent.C13);
        DoubleVector c12 = DoubleVector.broadcast(S, ArcTangent.C12);
        DoubleVector c11 = DoubleVector.broadcast(S, ArcTangent.C11);
        DoubleVector c10 = DoubleVector.broadcast(S, ArcTangent.C10);
        DoubleVector c9 = DoubleVector.broadcast(S, ArcTangent.C9);
        DoubleVector c8 = DoubleVector.broadcast(S, ArcTangent.C8);
        DoubleVector c7 = DoubleVector.broadcast(S, ArcTangent.C7);
        DoubleVector c6 = DoubleVector.broadcast(S, ArcTangent.C6);
        DoubleVector c5 = DoubleVector.broadcast(S, ArcTangent.C5);
        DoubleVector c4 = DoubleVector.broadcast(S, ArcTangent.C4);
        DoubleVector c3 = DoubleVector.broadcast(S, ArcTangent.C3);
        DoubleVector c2 = DoubleVector.broadcast(S, ArcTangent.C2);
        DoubleVector c1 = DoubleVector.broadcast(S, ArcTangent.C1);
        DoubleVector c0 = DoubleVector.broadcast(S, ArcTangent.C0);
        int whole = n - n % LANES;
        for (int i = 0; i < whole; i += LANES) {
            DoubleVector k = DoubleVector.fromArray(S, x.covariance(), i);
            DoubleVector p = DoubleVector.fromArray(S, x.apart(), i);
            DoubleVector m = DoubleVector.fromArray(S, x.together(), i);
            DoubleVector s = DoubleVector.fromArray(S, deviations, i).mul(deviation);
            DoubleVector near = p.min(m);
            DoubleVector far = p.max(m);
            DoubleVector t = near.div(far.max(tiny)).sqrt();
            DoubleVector square = t.mul(t);
            DoubleVector rest = c21;
            rest = rest.fma(square, c20);
            rest = rest.fma(square, c19);
            rest = rest.fma(square, c18);
            rest = rest.fma(square, c17);
            rest = rest.fma(square, c16);
            rest = rest.fma(square, c15);
            rest = rest.fma(square, c14);
            rest = rest.fma(square, c13);
            rest = rest.fma(square, c12);
            rest = rest.fma(square, c11);
            rest = rest.fma(square, c10);
            rest = rest.fma(square, c9);
            rest = rest.fma(square, c8);
            rest = rest.fma(square, c7);
            rest = rest.fma(square, c6);
            rest = rest.fma(square, c5);
            rest = rest.fma(square, c4);
            rest = rest.fma(square, c3);
            rest = rest.fma(square, c2);
            rest = rest.fma(square, c1);
            rest = rest.fma(square, c0);
            DoubleVector cube = t.mul(square);
            DoubleVector bend = far.mul(c.bend).mul(cube).mul(rest.fma(one.sub(square), one));
            DoubleVector turn = cube.neg().fma(rest, t).mul(c.turn);
            VectorMask<Double> positive = k.compare(VectorOperators.GE, 0);
            product.blend(squares, positive).fma(k, bend).intoArray(y.covariance(), i);
            DoubleVector slope = product.add(turn).blend(squares.sub(turn), positive);
            DoubleVector.fromArray(S, x.tangent(), i).mul(slope).intoArray(y.tangent(), i);
            DoubleVector below = p.min(s).fma(DoubleVector.broadcast(S, c.straight), near.mul(c.folded));
            k.min(zero).fma(DoubleVector.broadcast(S, -c.crossed), below).sub(bend).intoArray(y.apart(), i);
            DoubleVector above = m.sub(s).max(zero).fma(squares, m.min(s).mul(product));
            s.fma(DoubleVector.broadcast(S, c.difference), above).add(bend).intoArray(y.together(), i);
        }
        return whole;
    }
}
