package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import cotangent.examples.programs.Program;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cotangent example NAME}: the example programs, which print and plot. */
@Command(name = "example", mixinStandardHelpOptions = true, description = "Runs an example program; without a name, lists them.", footer = {
        "", "Example:", "  ./cotangent example stable-rank --out plots"})
public final class ExampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which program.")
    private @Nullable String name;

    @Option(names = "--out", paramLabel = "DIR", description = "Write its plot there as a PNG file.")
    private @Nullable Path directory;

    /** The command with no options set. */
    public ExampleCommand() {
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            Table table = Table.of("program", "what it shows").text(1);
            Program.all().forEach(program -> table.row(program.name(), program.summary()));
            table.print(out);
        } else {
            String wanted = name;
            Program program = Program.all().stream().filter(known -> known.name().equals(wanted)).findFirst().orElseThrow(
                    () -> new InvalidDataException("no example named \"%s\"; there are %s".formatted(wanted, Program.all()
                            .stream().map(Program::name).collect(Collectors.joining(", ")))));
            Path file = directory == null ? null : directory.resolve(program.name() + ".png");
            program.run(out, file);
            if (file != null) {
                spec.commandLine().getErr().println("wrote " + file);
            }
        }
        out.flush();
        return 0;
    }
}
