package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Estimate;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The kernel's statistics at one step of a training run.
 *
 * @param step      updates done
 * @param loss      of the last step's batch, before that step; NaN where no step was made
 * @param seconds   of training since the run or its continuation began, evaluations included
 * @param estimates by statistic
 * @param passes    forward- and reverse-mode passes through the model that the statistics took
 * @param elapsed   time that they took, linearization included
 */
public record NtkPoint(long step, double loss, double seconds, Map<TrackedStatistic, Estimate> estimates, long passes,
        Duration elapsed) {
    /** Copies the map. */
    public NtkPoint {
        estimates = estimates.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(estimates));
    }

    /**
     * One statistic.
     *
     * @throws InvalidDataException if it was not tracked
     */
    public Estimate get(TrackedStatistic statistic) {
        Estimate estimate = estimates.get(statistic);
        if (estimate == null) {
            throw new InvalidDataException("ntk tracker: %s was not tracked, only %s".formatted(statistic, estimates
                    .keySet()));
        }
        return estimate;
    }
}
