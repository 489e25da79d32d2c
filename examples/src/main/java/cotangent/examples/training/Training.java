package cotangent.examples.training;

import cotangent.examples.experiment.Experiment;
import cotangent.examples.families.ModelFamilies;
import java.util.List;

/** The experiments on training, one command each. */
public final class Training {
    private Training() {}

    /** All of them, with no options set. */
    public static List<Experiment> experiments() {
        return List.of(new KernelInTraining(), new GruInTraining(), new KernelRanking(), new ModelFamilies());
    }
}
