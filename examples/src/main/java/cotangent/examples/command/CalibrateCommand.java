package cotangent.examples.command;

import cotangent.linalg.cost.CostModel;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cotangent calibrate}: measures what computations cost on this machine, for the planner to go by. */
@Command(name = "calibrate", mixinStandardHelpOptions = true, abbreviateSynopsis = true, description = "Measures this machine for half a minute and stores what it found in your cache directory; from then on ./cotangent ntk and EmpiricalNtk choose by it. Without it they go by a measurement of some ten milliseconds, made when first needed.")
public final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The command. */
    public CalibrateCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(CostModel.calibrate());
        out.flush();
        return 0;
    }
}
