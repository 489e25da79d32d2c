package cotangent.examples.command;

import cotangent.examples.plot.OutputDirectory;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.examples.programs.Program;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cotangent example NAME}: the example programs, which print and plot. */
@Command(name = "example", aliases = "examples", mixinStandardHelpOptions = true, abbreviateSynopsis = true, description = "Runs an example program; without a name, lists them.", footer = {
        "", "Example:", "  ./cotangent example stable-rank --out plots", "  ./cotangent width-scaling --help"})
public final class ExampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which program (default: list them).")
    private @Nullable String name;

    @Option(names = "--out", paramLabel = "DIR", description = "Write its plot there as a PNG file (default: no plot).")
    private @Nullable Path directory;

    /** The command with no options set. */
    public ExampleCommand() {}

    /** An experiment's description, which is one line. */
    private static String summary(CommandLine line) {
        return line.getCommandSpec().usageMessage().description()[0].replaceFirst("\\.$", "");
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            Table table = Table.of("program", "what it shows").text(1);
            Program.all().forEach(program -> table.row(program.name(), program.summary()));
            spec.subcommands().forEach((known, line) -> table.row(known, summary(line)));
            table.print(out);
        } else {
            List<String> names = Program.all().stream().map(Program::name).toList();
            Program program = Program.all().get(names.indexOf(Choice.of("NAME", name, names)));
            OutputDirectory files = directory == null ? null : OutputDirectory.at(directory);
            Plot plot = program.run(out);
            if (files != null) {
                files.write(program.name() + ".png", plot);
                spec.commandLine().getErr().println("wrote " + program.name() + ".png to " + files);
            }
        }
        out.flush();
        return 0;
    }
}
