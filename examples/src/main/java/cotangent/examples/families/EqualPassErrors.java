package cotangent.examples.families;

import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.GramTrace;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.RHutch;
import cotangent.linalg.trace.XTrace;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How far estimates of a kernel's trace are from it, over some seeds, when each has the same number of passes through the model:
 * twice as many one-sided products as products with the kernel.
 *
 * @param passes forward and reverse together, of each estimate
 * @param seeds  how many of each
 * @param errors root of the mean square relative error
 */
record EqualPassErrors(int passes, int seeds, Map<Method, Double> errors) {
    /** The estimators. */
    enum Method {
        HUTCH_PLUS_PLUS("Hutch++") {
            @Override
            Estimate trace(EmpiricalNtk kernel, int matvecs, long seed) {
                return HutchPlusPlus.matvecs(matvecs).seed(seed).trace(kernel);
            }
        },
        RHUTCH("RHutch") {
            @Override
            Estimate trace(EmpiricalNtk kernel, int matvecs, long seed) {
                return RHutch.vjps(2 * matvecs).seed(seed).trace(kernel.jacobian());
            }
        },
        FHUTCH("FHutch") {
            @Override
            Estimate trace(EmpiricalNtk kernel, int matvecs, long seed) {
                return FHutch.jvps(2 * matvecs).seed(seed).trace(kernel.jacobian());
            }
        },
        XTRACE("XTrace") {
            @Override
            Estimate trace(EmpiricalNtk kernel, int matvecs, long seed) {
                return XTrace.matvecs(matvecs).seed(seed).trace(kernel);
            }
        };

        private final String label;

        Method(String label) {
            this.label = label;
        }

        abstract Estimate trace(EmpiricalNtk kernel, int matvecs, long seed);

        @Override
        public String toString() {
            return label;
        }
    }

    /** Those among which a pilot of products can choose: what XTrace's error will be it does not tell. */
    private static final Set<Method> ADVISED = EnumSet.complementOf(EnumSet.of(Method.XTRACE));

    /** Measures. */
    static EqualPassErrors of(EmpiricalNtk kernel, double trace, int matvecs, int seeds) {
        Map<Method, Double> errors = new EnumMap<>(Method.class);
        for (Method method : Method.values()) {
            double squares = 0;
            for (int seed = 0; seed < seeds; seed++) {
                double error = method.trace(kernel, matvecs, seed).value() / trace - 1;
                squares += error * error;
            }
            errors.put(method, Math.sqrt(squares / seeds));
        }
        return new EqualPassErrors(2 * matvecs, seeds, errors);
    }

    private double error(Method method) {
        return errors.getOrDefault(method, Double.NaN);
    }

    /** With the least error of all. */
    Method winner() {
        return best(EnumSet.allOf(Method.class));
    }

    private Method best(Set<Method> among) {
        return among.stream().min(Comparator.comparingDouble(this::error)).orElseThrow();
    }

    /**
     * Whether an advised method's error is the least but for chance, of those that may be advised: such a root varies by
     * 1/√(2·seeds), of which two are allowed.
     */
    boolean asGoodAsTheBestAdvised(Method method) {
        return error(method) <= error(best(ADVISED)) * (1 + 2 / Math.sqrt(2.0 * seeds));
    }

    /** What a pilot advises before, where a pass costs the same either way. */
    static Method advised(EmpiricalNtk kernel, int matvecs) {
        String route = GramTrace.of(Sampling.matvecs(matvecs)).trace(kernel.jacobian(), kernel).route();
        for (Method method : ADVISED) {
            if (route.startsWith(method.toString())) {
                return method;
            }
        }
        throw new IllegalStateException("a route of no method: " + route);
    }
}
