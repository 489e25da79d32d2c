package cotangent.spec.fuzz;

import cotangent.dsl.backend.Backends;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code fuzz}: compares a backend with the oracle on random graphs. */
@Command(name = "fuzz", mixinStandardHelpOptions = true, description = "Compares a backend with the oracle, within its error bounds, on random graphs.")
public final class FuzzCommand implements Callable<Integer> {
    /** What is done to a random graph before it is run. */
    enum Transformation {
        NONE
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--graphs", defaultValue = "1000", description = "How many graphs (default: ${DEFAULT-VALUE}).")
    private int graphs;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the first graph; the next ones follow (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--backend", description = "Name of the backend; default: the one that runs by default.")
    private String backend = "";

    /** For the command line, which fills in the options. */
    public FuzzCommand() {}

    /** Runs the command and ends the process with its status: 0 all agree, 1 some do not, 2 bad options. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FuzzCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LongFunction<Sample> samples = RandomGraphs::of;
        Fuzz fuzz = new Fuzz(backend.isEmpty() ? Backends.byDefault() : Backends.named(backend), samples);
        Fuzz.Summary summary = fuzz.run(seed, graphs, out);
        out.println(summary);
        out.flush();
        return summary.failures() == 0 ? 0 : 1;
    }
}
