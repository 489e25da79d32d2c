package cotangent.examples.command;

import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.RHutch;
import java.util.Arrays;
import java.util.List;

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

    /**
     * The estimator with a name.
     *
     * @throws cotangent.dsl.InvalidDataException if there is none, naming those there are
     */
    static Estimator named(String name) {
        List<String> labels = Arrays.stream(values()).map(estimator -> estimator.label).toList();
        return values()[labels.indexOf(Choice.of("--estimator", name, labels))];
    }
}
