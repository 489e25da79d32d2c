package cotangent.examples.command;

import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.ProbeEstimator;
import cotangent.linalg.trace.RHutch;
import java.util.Arrays;
import java.util.List;

/** The trace estimators by the names they have on the command line. */
enum Estimator {
    HUTCH_PLUS_PLUS("hutch++") {
        @Override
        Estimate trace(EmpiricalNtk kernel, Sampling sampling) {
            return as(HutchPlusPlus.matvecs(sampling.budget()), sampling).trace(kernel);
        }
    },
    HUTCHINSON("hutchinson") {
        @Override
        Estimate trace(EmpiricalNtk kernel, Sampling sampling) {
            return as(Hutchinson.matvecs(sampling.budget()), sampling).trace(kernel);
        }
    },
    RHUTCH("rhutch") {
        @Override
        Estimate trace(EmpiricalNtk kernel, Sampling sampling) {
            return as(RHutch.vjps(sampling.budget()), sampling).trace(kernel.jacobian());
        }
    },
    FHUTCH("fhutch") {
        @Override
        Estimate trace(EmpiricalNtk kernel, Sampling sampling) {
            return as(FHutch.jvps(sampling.budget()), sampling).trace(kernel.jacobian());
        }
    };

    private final String label;

    Estimator(String label) {
        this.label = label;
    }

    private static <E extends ProbeEstimator<E>> E as(E estimator, Sampling sampling) {
        return estimator.seed(sampling.seed())
                .listener(sampling.listener())
                .relativeError(sampling.accuracy().relativeError())
                .confidence(sampling.accuracy().confidence());
    }

    /** The trace of the kernel as a sampling says. */
    abstract Estimate trace(EmpiricalNtk kernel, Sampling sampling);

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
