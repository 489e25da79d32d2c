package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Executable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stationary kernel as a function g of the squared distance s, in units of the lengthscales, and its slope g'.
 *
 * <p>Matern's functions with r = √s (C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning, 2006, equation
 * 4.17): g' is written without the division by r, that autodiff of the square root would bring in; only that of order 1/2 has no
 * slope at s = 0, where 0 stands for it, since every use multiplies it by s.
 */
final class Profile {
    private static final int KEPT = 64;

    static final Profile RBF = new Profile("rbf", s -> s.times(-0.5).exp(), s -> s.times(-0.5).exp().times(-0.5));

    static final Profile MATERN12 = new Profile("matern12", s -> s.sqrt().neg().exp(), s -> {
        Expr r = s.sqrt();
        return s.greaterThan(0).where(r.neg().exp().dividedBy(r).times(-0.5), s.times(0));
    });

    static final Profile MATERN32 = new Profile("matern32", s -> {
        Expr r = s.sqrt().times(Math.sqrt(3));
        return r.plus(1).times(r.neg().exp());
    }, s -> s.sqrt().times(-Math.sqrt(3)).exp().times(-1.5));

    static final Profile MATERN52 = new Profile("matern52", s -> {
        Expr r = s.sqrt().times(Math.sqrt(5));
        return s.times(5.0 / 3).plus(r).plus(1).times(r.neg().exp());
    }, s -> {
        Expr r = s.sqrt().times(Math.sqrt(5));
        return r.plus(1).times(r.neg().exp()).times(-5.0 / 6);
    });

    private final String label;
    private final Fn value;
    private final Fn narrow;
    private final Fn weightedSlope;
    private final Map<String, Executable> programs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Executable> eldest) {
            return size() > KEPT;
        }
    };

    private Profile(String label, Fn.Unary value, Fn.Unary slope) {
        this.label = label;
        this.value = Fn.of(label, value);
        this.narrow = Fn.of(label, s -> value.apply(s.cast(DType.F32)));
        this.weightedSlope = Fn.of(label + " slope", (s, weights) -> slope.apply(s).times(weights));
    }

    /** g(s), entry by entry of a float64 s, in a dtype. */
    Fn value(DType dtype) {
        return dtype == DType.F64 ? value : narrow;
    }

    /** The same compiled for a tensor of distances, for results that are there already; programs used last are kept. */
    Executable program(Tensor distances, DType dtype) {
        return compiled(distances.shape() + dtype.toString(), value(dtype), List.of(distances.structure()));
    }

    /** {@link #weightedSlope} compiled likewise. */
    Executable slopeProgram(Tensor distances) {
        return compiled(distances.shape() + "slope", weightedSlope, List.of(distances.structure(), distances
                .structure()));
    }

    private Executable compiled(String key, Fn function, List<Structure> inputs) {
        synchronized (programs) {
            return programs.computeIfAbsent(key, unknown -> function.backend().compile(function.trace(inputs).graph()));
        }
    }

    /** w·g'(s) of (s, w), entry by entry. */
    Fn weightedSlope() {
        return weightedSlope;
    }

    @Override
    public String toString() {
        return label;
    }
}
