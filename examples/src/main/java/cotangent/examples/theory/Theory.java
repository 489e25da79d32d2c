package cotangent.examples.theory;

import cotangent.examples.experiment.Experiment;
import java.util.List;

/** The experiments on theory, one command each. */
public final class Theory {
    private Theory() {}

    /** All of them, with no options set. */
    public static List<Experiment> experiments() {
        return List.of(new TwoLayerLimit(), new WidthScaling(), new LinearisedTraining(), new SpectralBias(),
                new LazyRich());
    }
}
