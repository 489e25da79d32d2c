package cotangent.spec.bench;

import cotangent.examples.command.CommandProvider;
import cotangent.spec.fuzz.FuzzCommand;
import java.util.List;

/** Adds {@code bench} and {@code fuzz} to the command line. */
public final class SpecCommands implements CommandProvider {
    /** For {@link java.util.ServiceLoader}. */
    public SpecCommands() {}

    @Override
    public List<Object> commands() {
        return List.of(new BenchCommand(), new FuzzCommand());
    }
}
