package cotangent.examples;

import cotangent.dsl.CotangentException;
import cotangent.examples.command.CalibrateCommand;
import cotangent.examples.command.Choice;
import cotangent.examples.command.CommandProvider;
import cotangent.examples.command.DevicesCommand;
import cotangent.examples.command.ExampleCommand;
import cotangent.examples.command.NtkCommand;
import cotangent.examples.curvature.CurvatureExperiments;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.randomized.Randomized;
import cotangent.examples.report.ReportCommand;
import cotangent.examples.theory.Theory;
import cotangent.examples.traces.Traces;
import cotangent.examples.training.Training;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code ./cotangent COMMAND}. */
@Command(name = "cotangent", mixinStandardHelpOptions = true, version = "cotangent 0.1.0", synopsisSubcommandLabel = "COMMAND", description = "Asks questions of a differentiable model without ever building its Jacobian.", footer = {
        "", "To begin with:", "  ./cotangent ntk                    the kernel of a small network on digits",
        "  ./cotangent ntk --help             its options: your model, your data",
        "  ./cotangent examples               experiments to run",
        "  ./cotangent report --out results   some of them on one page",
        "  ./cotangent jshell                 a JShell with everything imported"})
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final int HELP_WIDTH = 80;

    @Option(names = "--debug", hidden = true, scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean debug;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs one command and ends the process with its status: 0 done, 1 failed, 2 bad options or data. */
    public static void main(String[] arguments) {
        StandardError.adopt();
        System.setProperty("java.awt.headless", "true");
        System.setProperty("java.util.logging.SimpleFormatter.format", "cotangent: %5$s%n");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(status);
    }

    /**
     * Runs one command.
     *
     * @param out takes results and nothing else
     * @param err takes errors and progress
     * @return the exit status
     */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        commands(arguments.length > 0 ? arguments[0] : "").forEach(line::addSubcommand);
        line.setOut(out).setErr(err).setUsageHelpWidth(HELP_WIDTH);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler((error, command, parsed) -> failed(error, command, main.debug));
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError full) {
            err.println(
                    "cotangent: not enough memory; take fewer --samples, a smaller --model, or give the JVM more with "
                            + "JAVA_TOOL_OPTIONS=-Xmx...");
            return FAILED;
        }
    }

    /** All commands, or the named one alone: to read the annotations of the others takes a tenth of a short run. */
    static List<Object> commands(String name) {
        if (name.equals("ntk")) {
            return List.of(new NtkCommand());
        }
        CommandLine examples = new CommandLine(new ExampleCommand());
        experiments().forEach(examples::addSubcommand);
        List<Object> commands = new ArrayList<>(List.of(new NtkCommand(), examples, new CalibrateCommand(),
                new DevicesCommand(), new ReportCommand(Main::experiments)));
        commands.addAll(experiments());
        ServiceLoader.load(CommandProvider.class, Main.class.getClassLoader())
                .forEach(provider -> commands.addAll(provider
                        .commands()));
        return commands;
    }

    /** A new command for each experiment. */
    private static List<Experiment> experiments() {
        return Stream
                .of(Randomized.experiments(), CurvatureExperiments.experiments(), Traces.experiments(),
                        Training.experiments(), Theory.experiments())
                .<Experiment>flatMap(List::stream)
                .toList();
    }

    private static int misused(ParameterException error, String... arguments) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String problem = error instanceof UnmatchedArgumentException unmatched ? unknown(unmatched)
                : sentence(error).replaceAll("is not an? (int|long)$", "is no whole number, or too large");
        command.getErr().println("%s: %s (see %s --help)".formatted(name, problem, name));
        return MISUSED;
    }

    private static String unknown(UnmatchedArgumentException error) {
        String first = error.getUnmatched().getFirst();
        CommandLine command = error.getCommandLine();
        if (command.getParent() == null && !first.startsWith("-")) {
            return "unknown command %s%s".formatted(first, Choice.nearest(first, command.getSubcommands().keySet())
                    .map("; did you mean %s?"::formatted)
                    .orElse(""));
        }
        List<String> suggestions = error.getSuggestions();
        String hint = suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
        return (first.startsWith("-") ? "unknown option " : "unknown argument ") + first + hint;
    }

    private static int failed(Exception error, CommandLine command, boolean debug) {
        if (debug) {
            error.printStackTrace(command.getErr());
        }
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + ": " + (error instanceof CotangentException
                        ? sentence(error)
                        : sentence(error) + " (" + error.getClass().getSimpleName() + "; --debug shows where)"));
        return error instanceof CotangentException ? MISUSED : FAILED;
    }

    /** The message on one line. */
    private static String sentence(Exception error) {
        String message = error.getMessage();
        return message == null ? "failed" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
