package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.RHutch;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The trace estimators by the names they have on the command line. */
enum Estimator {
    HUTCH_PLUS_PLUS("hutch++") {
        @Override
        Estimate trace(EmpiricalNtk kernel, int budget, long seed, ProgressListener listener) {
            return HutchPlusPlus.matvecs(budget).seed(seed).listener(listener).trace(kernel);
        }
    },
    HUTCHINSON("hutchinson") {
        @Override
        Estimate trace(EmpiricalNtk kernel, int budget, long seed, ProgressListener listener) {
            return Hutchinson.matvecs(budget).seed(seed).listener(listener).trace(kernel);
        }
    },
    RHUTCH("rhutch") {
        @Override
        Estimate trace(EmpiricalNtk kernel, int budget, long seed, ProgressListener listener) {
            return RHutch.vjps(budget).seed(seed).listener(listener).trace(kernel.jacobian());
        }
    },
    FHUTCH("fhutch") {
        @Override
        Estimate trace(EmpiricalNtk kernel, int budget, long seed, ProgressListener listener) {
            return FHutch.jvps(budget).seed(seed).listener(listener).trace(kernel.jacobian());
        }
    };

    private final String label;

    Estimator(String label) {
        this.label = label;
    }

    /** The trace of the kernel from a budget of products. */
    abstract Estimate trace(EmpiricalNtk kernel, int budget, long seed, ProgressListener listener);

    static Estimator named(String name) {
        return Arrays.stream(values()).filter(estimator -> estimator.label.equals(name)).findFirst().orElseThrow(
                () -> new InvalidDataException("--estimator: expected one of %s, got \"%s\"".formatted(Arrays.stream(
                        values()).map(estimator -> estimator.label).collect(Collectors.joining(", ")), name)));
    }
}
