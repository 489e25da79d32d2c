package cotangent.spec.bench;

import org.jspecify.annotations.Nullable;

/**
 * What one case gave.
 *
 * @param name    the case
 * @param measure how its times are told
 * @param ours    Cotangent's time
 * @param peer    the fastest peer's, or null where none ran
 * @param target  the ratio to reach: the peer's time over ours
 */
record Row(String name, Measure measure, Side ours, @Nullable Side peer, double target) {
    /** What became of the target. */
    enum Outcome {
        MET, MISSED, NO_PEER;

        @Override
        public String toString() {
            return switch (this) {
                case MET -> "met";
                case MISSED -> "missed";
                case NO_PEER -> "no peer";
            };
        }
    }

    /** How many times faster than the peer, by the medians; NaN without a peer. */
    double ratio() {
        return peer == null ? Double.NaN : peer.timing().median() / ours.timing().median();
    }

    /** The ratio if the peer had been at its faster and we at our slower quartile. */
    double low() {
        return peer == null ? Double.NaN : peer.timing().lowerQuartile() / ours.timing().upperQuartile();
    }

    /** The ratio if the peer had been at its slower and we at our faster quartile. */
    double high() {
        return peer == null ? Double.NaN : peer.timing().upperQuartile() / ours.timing().lowerQuartile();
    }

    Outcome outcome() {
        if (peer == null) {
            return Outcome.NO_PEER;
        }
        return ratio() >= target ? Outcome.MET : Outcome.MISSED;
    }
}
