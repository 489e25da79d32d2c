package cotangent.examples.command;

import cotangent.examples.plot.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cotangent example NAME}: the experiments, which print and plot. */
@Command(name = "example", aliases = "examples", mixinStandardHelpOptions = true, abbreviateSynopsis = true, description = "Runs an experiment on this machine; without a name, lists them.", footer = {
        "", "Example:", "  ./cotangent example stable-rank --out plots", "  ./cotangent trace-error --help"})
public final class ExampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which experiment (default: list them).")
    private @Nullable String name;

    /** The command, whose experiments are subcommands that are added to it. */
    public ExampleCommand() {}

    /** An experiment's description, which is one line. */
    private static String summary(CommandLine line) {
        return line.getCommandSpec().usageMessage().description()[0].replaceFirst("\\.$", "");
    }

    @Override
    public Integer call() {
        if (name != null) { // known ones are subcommands
            Choice.of("NAME", name, List.copyOf(spec.subcommands().keySet()));
        }
        PrintWriter out = spec.commandLine().getOut();
        Table table = Table.of("experiment", "what it shows").text(1);
        spec.subcommands().forEach((known, line) -> table.row(known, summary(line)));
        table.print(out);
        out.flush();
        return 0;
    }
}
