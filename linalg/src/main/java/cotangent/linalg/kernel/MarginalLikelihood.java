package cotangent.linalg.kernel;

import cotangent.linalg.Estimate;
import java.util.List;

/**
 * How likely a Gaussian process makes data.
 *
 * @param value    the logarithm of the likelihood
 * @param gradient its derivative by the logarithm of each hyperparameter, in the order of
 *                 {@link GaussianProcess#hyperparameters}
 */
public record MarginalLikelihood(Estimate value, List<Estimate> gradient) {
    /** Copies the list. */
    public MarginalLikelihood {
        gradient = List.copyOf(gradient);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(value.toString());
        for (Estimate derivative : gradient) {
            text.append("\n  ").append(derivative);
        }
        return text.toString();
    }
}
