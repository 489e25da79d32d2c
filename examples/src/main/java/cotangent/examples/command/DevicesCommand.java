package cotangent.examples.command;

import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.examples.plot.Table;
import cotangent.examples.plot.Wrapping;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cotangent devices}: what can compute here, and what is missing where a backend cannot. */
@Command(name = "devices", mixinStandardHelpOptions = true, abbreviateSynopsis = true, description = "Lists the backends and the devices they can use; says what is missing for the others.", footer = {
        "", "Example:", "  ./cotangent devices"})
public final class DevicesCommand implements Callable<Integer> {
    private static final int WIDTH = 80;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The command with no options set. */
    public DevicesCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Table table = Table.of("backend", "state", "devices").text(1, 2);
        List<Backend> missing = new ArrayList<>();
        for (Backend backend : Backends.all()) {
            String state = backend == Backends.byDefault() ? "default" : backend.isAvailable() ? "available"
                    : "missing";
            List<String> devices = backend.isAvailable() ? devices(backend) : List.of("none");
            table.row(backend.name(), state, devices.getFirst());
            devices.stream().skip(1).forEach(device -> table.row("", "", device));
            if (!backend.isAvailable()) {
                missing.add(backend);
            }
        }
        table.print(out);
        for (Backend backend : missing) {
            out.println();
            Wrapping.lines(backend.name() + ": " + backend.requirement(), WIDTH).forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private static List<String> devices(Backend backend) {
        return backend.devices().isEmpty() ? List.of("this CPU") : backend.devices();
    }
}
