package cotangent.spec.fuzz;

import cotangent.dsl.autodiff.ProbeAxis;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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
        NONE, JVP, VJP, VMAP, VMAP_LAST, JVP_OF_VJP;

        Sample sample(long seed) {
            return switch (this) {
                case NONE -> RandomGraphs.of(seed);
                case JVP -> Transformed.jvp(seed);
                case VJP -> Transformed.vjp(seed);
                case VMAP -> Transformed.vmap(seed);
                case VMAP_LAST -> Transformed.vmap(RandomGraphs.of(seed), ProbeAxis.LAST);
                case JVP_OF_VJP -> Transformed.jvp(Transformed.vjp(seed));
            };
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--graphs", defaultValue = "1000", description = "How many graphs (default: ${DEFAULT-VALUE}).")
    private int graphs;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the first graph; the next ones follow (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--backend", description = "Name of the backend; default: the one that runs by default; coarse: one that errs as far as it may.")
    private String backend = "";

    @Option(names = "--transform", defaultValue = "NONE", description = "Done to each graph first: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Transformation transformation = Transformation.NONE;

    /** For the command line, which fills in the options. */
    public FuzzCommand() {}

    /** Runs the command and ends the process with its status: 0 all agree, 1 some do not, 2 bad options. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FuzzCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Fuzz fuzz = new Fuzz(backend(), transformation::sample);
        Fuzz.Summary summary = fuzz.run(seed, graphs, out);
        out.println(summary);
        out.flush();
        return summary.failures() == 0 ? 0 : 1;
    }

    private Backend backend() {
        return switch (backend) {
            case "" -> Backends.byDefault();
            case "coarse" -> new CoarseBackend(seed);
            default -> Backends.named(backend);
        };
    }
}
