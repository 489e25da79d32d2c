package cotangent.examples.curvature;

import cotangent.examples.experiment.Experiment;
import java.util.List;

/** The experiments on curvature, one command each. */
public final class CurvatureExperiments {
    private CurvatureExperiments() {}

    /** All of them, with no options set. */
    public static List<Experiment> experiments() {
        return List.of(new HessianProducts(), new LanczosOrthogonality(), new PerturbationBounds(),
                new KernelBootstrap(), new CurvatureInTraining());
    }
}
