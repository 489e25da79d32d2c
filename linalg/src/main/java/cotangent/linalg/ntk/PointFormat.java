package cotangent.linalg.ntk;

import cotangent.linalg.Estimate;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;

/** A point as one line of text; numbers as Java prints them, so that they read back exactly. */
enum PointFormat {
    /** Comma-separated values under a header; what has no value is empty. */
    CSV {
        @Override
        String header(Collection<TrackedStatistic> statistics) {
            StringJoiner header = new StringJoiner(",");
            header.add("step").add("loss").add("seconds");
            for (TrackedStatistic statistic : statistics) {
                header.add(statistic.label()).add(statistic.label() + "_error");
            }
            return header.add("passes").add("evaluation_seconds") + "\n";
        }

        @Override
        String line(NtkPoint point) {
            StringJoiner line = new StringJoiner(",");
            line.add(Long.toString(point.step())).add(number(point.loss(), "")).add(number(point.seconds(), ""));
            for (Estimate estimate : point.estimates().values()) {
                line.add(number(estimate.value(), "")).add(number(estimate.standardError(), ""));
            }
            return line.add(Long.toString(point.passes())).add(number(seconds(point), "")) + "\n";
        }
    },
    /** One JSON object (RFC 8259) to a line; what has no value is null. */
    JSON_LINES {
        @Override
        String header(Collection<TrackedStatistic> statistics) {
            return "";
        }

        @Override
        String line(NtkPoint point) {
            StringJoiner line = new StringJoiner(", ", "{", "}\n");
            line.add("\"step\": " + point.step());
            line.add("\"loss\": " + number(point.loss(), "null"));
            line.add("\"seconds\": " + number(point.seconds(), "null"));
            for (Map.Entry<TrackedStatistic, Estimate> entry : point.estimates().entrySet()) {
                line.add("\"%s\": {\"value\": %s, \"standard_error\": %s}".formatted(entry.getKey().label(),
                        number(entry
                                .getValue()
                                .value(), "null"),
                        number(entry.getValue().standardError(), "null")));
            }
            line.add("\"passes\": " + point.passes());
            return line.add("\"evaluation_seconds\": " + number(seconds(point), "null")).toString();
        }
    };

    /** What a new file begins with; it may be empty. */
    abstract String header(Collection<TrackedStatistic> statistics);

    /** A point, with its line end. */
    abstract String line(NtkPoint point);

    private static double seconds(NtkPoint point) {
        return 1e-9 * (double) point.elapsed().toNanos();
    }

    private static String number(double value, String missing) {
        return Double.isFinite(value) ? Double.toString(value) : missing;
    }
}
