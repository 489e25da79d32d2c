package cotangent.examples.experiment;

import cotangent.linalg.probe.ProgressListener;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error: once work has taken a second, only where somebody is looking, and gone when the
 * work is done. It moves even while nothing is reported.
 */
public final class Progress implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int PERIOD_MILLIS = 250;

    /** Columns; given, so that the bar opens no terminal to ask for them. */
    private static final int WIDTH = 79;

    /** Of the work; before, nothing is said of the time left. */
    private static final double LEAST_SHARE = 0.02;

    private final PrintWriter err;
    private final boolean watched;
    private final String unit;
    private final Duration patience;
    private final long start = System.nanoTime();
    private @Nullable Task task;

    /** A bar for work that is counted in products with a matrix. */
    public Progress(PrintWriter err, boolean wanted) {
        this(err, wanted, "products");
    }

    /** The same for work that is counted in other units. */
    public Progress(PrintWriter err, boolean wanted, String unit) {
        this(err, wanted && errorsAreSeen(), unit, PATIENCE);
    }

    Progress(PrintWriter err, boolean watched, String unit, Duration patience) {
        this.err = err;
        this.watched = watched;
        this.unit = unit;
        this.patience = patience;
    }

    /** Whether standard error is a terminal: Linux says so; elsewhere the console's word has to do. */
    private static boolean errorsAreSeen() {
        Path stream = Path.of("/proc/self/fd/" + Integer.getInteger("cotangent.stderr", 2));
        try {
            String target = Files.isSymbolicLink(stream) ? Files.readSymbolicLink(stream).toString() : "";
            if (!target.isEmpty()) {
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            }
        } catch (IOException unreadable) {
            // then as elsewhere
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** A listener for one of the tasks, which is taken to begin now and to end what came before. */
    public ProgressListener of(String name) {
        return watched ? begun(name) : ProgressListener.NONE;
    }

    private synchronized Task begun(String name) {
        if (task == null || !task.name.equals(name)) {
            close();
            task = new Task(name);
        }
        return task;
    }

    @Override
    public synchronized void close() {
        if (task != null) {
            task.close();
            task = null;
        }
    }

    /** Takes no lock, as {@link #close} waits for the bar's thread. */
    private void show(String line) {
        if (System.nanoTime() - start >= patience.toNanos()) {
            err.print("\r" + line);
            err.flush();
        }
    }

    /** One task and its bar. */
    private final class Task implements ProgressListener {
        private final String name;
        private final ProgressBarConsumer screen = new DelegatingProgressBarConsumer(Progress.this::show, WIDTH);
        private final ProgressBar bar;
        private volatile Duration untilReport = Duration.ZERO;
        private volatile long all;
        /** Units of work after which the error is as wanted, as the last look at it predicts. */
        private volatile double predicted = Double.POSITIVE_INFINITY;

        Task(String name) {
            this.name = name;
            bar = new ProgressBarBuilder().setTaskName(name)
                    .setInitialMax(-1)
                    .setUpdateIntervalMillis(PERIOD_MILLIS)
                    .continuousUpdate()
                    .setRenderer(new Line(unit, this::left))
                    .setConsumer(screen)
                    .build();
        }

        @Override
        public void progressed(long done, long total) {
            untilReport = bar.getTotalElapsed();
            all = total;
            bar.maxHint(expected()).stepTo(done);
        }

        /** The error falls with the root of the work. */
        @Override
        public void estimated(double error, double wanted) {
            double excess = error / wanted;
            if (Double.isFinite(excess)) {
                predicted = Math.max(1, excess * excess) * bar.getCurrent();
                bar.maxHint(expected()).setExtraMessage("± %s, wanted %s".formatted(percent(error), percent(wanted)));
            }
        }

        private long expected() {
            return (long) Math.min((double) all, predicted);
        }

        /** As of the last report, less what has gone by since: the bar's own guess grows while nothing is reported. */
        private Optional<Duration> left(ProgressState state) {
            double share = state.getNormalizedProgress();
            if (share < LEAST_SHARE || share >= 1) {
                return Optional.empty();
            }
            long whole = (long) (untilReport.toMillis() / share);
            return Optional.of(Duration.ofMillis(Math.max(1000, whole - state.getTotalElapsed().toMillis())));
        }

        /** Clears the line here, since the bar itself leaves it when it ends before its thread has begun. */
        void close() {
            bar.close();
            screen.clear();
        }
    }

    private static String percent(double share) {
        return new BigDecimal(100 * share, new MathContext(2)).stripTrailingZeros().toPlainString() + "%";
    }

    /** The bar's own line, but with the time left so called, and in eighty columns with room for an error. */
    private static final class Line extends DefaultProgressBarRenderer {
        private final String unit;

        Line(String unit, Function<ProgressState, Optional<Duration>> left) {
            super(ProgressBarStyle.ASCII, unit, 1, false, new DecimalFormat(), ChronoUnit.SECONDS, true, left);
            this.unit = unit;
        }

        @Override
        protected String ratio(ProgressState progress) {
            return progress.getCurrent() + " " + unit;
        }

        @Override
        protected String etaString(ProgressState progress) {
            return super.etaString(progress).replaceFirst("^0:", "") + " left";
        }
    }
}
