package cotangent.spec.bench;

import cotangent.dsl.CotangentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs one JMH benchmark in a JVM of its own, in silence. */
final class Jmh {
    private static final int EXPLANATION = 400;
    /** JMH's name for bytes allocated per operation, of all threads; the least counts, as others may do work of their own. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Jmh() {}

    /**
     * One round of a benchmark with one method, in two GiB.
     *
     * @param benchmark  the class with the method
     * @param parameters the values of its parameters
     * @param callers    threads that call it at once
     * @throws CotangentException if it fails; the message says how
     */
    static Timing run(Class<?> benchmark, Map<String, String> parameters, int callers, Settings settings) {
        return run(benchmark, parameters, callers, 2, settings);
    }

    /** The same in a heap of so many GiB. */
    static Timing run(Class<?> benchmark, Map<String, String> parameters, int callers, int gibibytes,
            Settings settings) {
        TimeValue length = TimeValue.milliseconds(settings.millis());
        try {
            Path log = Files.createTempFile("cotangent-bench", ".log");
            try {
                ChainedOptionsBuilder options = new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
                        .mode(Mode.AverageTime)
                        .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
                        .forks(1)
                        .threads(callers)
                        .warmupIterations(settings.warmUps())
                        .warmupTime(length)
                        .measurementIterations(settings.measurements())
                        .measurementTime(length)
                        .shouldFailOnError(true)
                        .output(log.toString())
                        .addProfiler(GCProfiler.class)
                        .jvmArgs(
                                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xms1g",
                                "-Xmx%dg".formatted(gibibytes),
                                "-XX:+UseParallelGC", "-Dcotangent.threads=" + settings.threads());
                parameters.forEach(options::param);
                return timing(new Runner(options.build()).run());
            } catch (RunnerException failed) {
                throw new CotangentException(
                        "%s %s failed: %s".formatted(benchmark.getSimpleName(), parameters.values(),
                                reason(Files.readString(log), failed)),
                        failed);
            } finally {
                Files.deleteIfExists(log);
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static Timing timing(Collection<RunResult> results) {
        List<IterationResult> iterations = results.stream()
                .flatMap(result -> result.getBenchmarkResults().stream())
                .flatMap(result -> result.getIterationResults().stream())
                .toList();
        double[] nanos = iterations.stream()
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                .toArray();
        double allocated = iterations.stream()
                .map(iteration -> iteration.getSecondaryResults().get(ALLOCATED))
                .filter(Objects::nonNull)
                .mapToDouble(result -> result.getScore())
                .min()
                .orElse(Double.NaN);
        return new Timing(nanos).allocating(allocated);
    }

    /** What the other JVM said, which JMH keeps to its log. */
    private static String reason(String log, RunnerException failed) {
        String said = log.lines()
                .filter(line -> line.contains("Exception") || line.contains("Error") || line.startsWith(
                        "ERROR"))
                .findFirst()
                .orElse(String.valueOf(failed.getMessage()))
                .strip();
        return said.substring(0, Math.min(said.length(), EXPLANATION));
    }
}
