package cotangent.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ./cotangent COMMAND}. */
@Command(name = "cotangent", mixinStandardHelpOptions = true, version = "cotangent 0.1.0", description = "Asks questions of a differentiable model without ever building its Jacobian.")
public final class Main implements Runnable {

    private Main() {}

    /** Runs one command and ends the process with its status: 0 done, 1 failed, 2 bad options. */
    public static void main(String[] arguments) {
        StandardError.adopt();
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
