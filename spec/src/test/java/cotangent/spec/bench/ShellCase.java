package cotangent.spec.bench;

import cotangent.dsl.CotangentException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hutch++ on a network's kernel from the shell, the start of everything included, against a time it may take; and against JAX
 * from the shell, where it runs.
 *
 * @param widths   of the network's layers, input first
 * @param samples  of its inputs
 * @param products with the kernel
 * @param millis   that it may take
 */
record ShellCase(String widths, int samples, int products, double millis) implements Case {
    /** Set by the launcher: the path of the launcher. */
    private static final String LAUNCHER = "cotangent.launcher";
    private static final String JAX = "JAX";
    private static final int RUNS = 5;
    /** What JAX took once, in ms, on an AVX-512 server machine. */
    private static final double PUBLISHED = 2800;

    @Override
    public String name() {
        return "%s f64 N=%d Hutch++ %d, shell".formatted(widths, samples, products);
    }

    @Override
    public List<Row> run(Settings settings) {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            throw new CotangentException(name() + ": there is no ./cotangent to start; run it by ./cotangent bench");
        }
        List<String> ours = List.of(launcher, "ntk", "--model", widths, "--samples", Integer.toString(samples),
                "--statistics", "trace", "--route", "products", "--matvecs", Integer.toString(products));
        List<String> arguments = List.of(widths, "f64", Integer.toString(samples), Integer.toString(products));
        Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> new Side(Side.OURS, timed(ours)))
                .with(JAX, () -> fromTheShell(arguments, settings))
                .run();
        Side limit = new Side("%.0f ms".formatted(millis), new Timing(1e6 * millis));
        return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), limit, 1), new Row(name() + ", "
                + JAX, Measure.millis(), sides.get(Side.OURS), sides.get(JAX), PUBLISHED / millis));
    }

    /** A script that is done after one call. */
    private static @Nullable Side fromTheShell(List<String> arguments, Settings settings) {
        Settings once = new Settings(settings.threads(), 1, 1, 0, 1, settings.python(), settings.notes());
        long start = System.nanoTime();
        Side inside = PythonPeer.run("ntk_hutchpp_jax.py", arguments, once);
        return inside == null ? null : new Side(inside.name(), new Timing(System.nanoTime() - start));
    }

    /** Whole processes, the first of which is not counted: it may build what the others find. */
    private static Timing timed(List<String> command) {
        double[] nanos = new double[RUNS];
        for (int run = -1; run < RUNS; run++) {
            long start = System.nanoTime();
            require(command);
            if (run >= 0) {
                nanos[run] = System.nanoTime() - start;
            }
        }
        return new Timing(nanos);
    }

    private static void require(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int status = process.waitFor();
            if (status != 0) {
                throw new CotangentException("%s ended with status %d".formatted(String.join(" ", command), status));
            }
        } catch (IOException failed) {
            throw new CotangentException(command.getFirst() + ": " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CotangentException(command.getFirst() + ": interrupted", interrupted);
        }
    }
}
