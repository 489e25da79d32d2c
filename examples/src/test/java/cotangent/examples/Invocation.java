package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run of the command line inside the test's process.
 *
 * @param status the exit status
 * @param out    what went to standard output
 * @param err    what went to standard error
 */
record Invocation(int status, String out, String err) {
    static Invocation of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Invocation(status, out.toString(), err.toString());
    }

    /** A run of a line without quotes. */
    static Invocation line(String line) {
        return of(line.strip().split(" +"));
    }

    /** What an experiment finds that is to succeed. */
    static JsonNode json(String line) {
        Invocation run = line(line + " --json");
        assertThat(run.status()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out());
    }

    /** The numbers of an array in what is found. */
    static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }
}
