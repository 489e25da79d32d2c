package cotangent.examples.command;

import java.util.List;

/**
 * Adds commands to the command line; found by {@link java.util.ServiceLoader}. The test tree adds {@code bench} and
 * {@code fuzz} this way, so that what ships does not know of them.
 */
public interface CommandProvider {
    /** Objects annotated with {@link picocli.CommandLine.Command}, each a subcommand of {@code cotangent}. */
    List<Object> commands();
}
