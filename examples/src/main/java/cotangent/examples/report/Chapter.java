package cotangent.examples.report;

import cotangent.examples.experiment.Findings;
import java.util.Map;
import java.util.Optional;

/**
 * What one experiment gave.
 *
 * @param name     of its command
 * @param summary  what it shows, in one line
 * @param command  the command line that does it again
 * @param options  all options with their values, seeds among them
 * @param seconds  it took
 * @param findings none if it failed
 * @param failure  why it failed, or empty
 */
record Chapter(String name, String summary, String command, Map<String, String> options, double seconds,
        Optional<Findings> findings, String failure) {
    boolean failed() {
        return findings.isEmpty();
    }
}
