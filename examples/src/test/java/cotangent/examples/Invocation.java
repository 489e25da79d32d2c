package cotangent.examples;

import java.io.PrintWriter;
import java.io.StringWriter;

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
}
