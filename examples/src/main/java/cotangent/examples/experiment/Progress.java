package cotangent.examples.experiment;

import cotangent.linalg.probe.ProgressListener;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line on standard error that says how far work has come: once it has taken a second, only where somebody is looking, and
 * gone when the work is done.
 *
 * <p>A thread of its own redraws the line, so that it moves even while nothing is reported.
 */
public final class Progress implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PERIOD_MILLIS = 250;

    /** Of the work; before, nothing is said of the time left. */
    private static final double LEAST_SHARE = 0.02;

    /** Back to the first column, and erase what is there. */
    private static final String ERASE = "\r\033[K";

    private final PrintWriter err;
    private final String unit;
    private final Duration patience;
    private final long start = System.nanoTime();
    private final @Nullable Thread painter;
    private @Nullable Task task;
    private boolean drawn;
    private boolean closed;

    /** A line for work that is counted in products with a matrix. */
    public Progress(PrintWriter err, boolean wanted) {
        this(err, wanted, "products");
    }

    /** The same for work that is counted in other units. */
    public Progress(PrintWriter err, boolean wanted, String unit) {
        this(err, wanted && errorsAreSeen(), unit, PATIENCE);
    }

    Progress(PrintWriter err, boolean watched, String unit, Duration patience) {
        this.err = err;
        this.unit = unit;
        this.patience = patience;
        err.flush();
        painter = watched ? Thread.ofPlatform().daemon().name("progress").start(this::paint) : null;
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

    /** A listener for one of the tasks, which is taken to begin now. */
    public ProgressListener of(String name) {
        return painter == null ? ProgressListener.NONE : new Task(name);
    }

    private void paint() {
        try {
            while (draw()) {
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Draws the line if it is time to; false when all is done. */
    private synchronized boolean draw() {
        if (!closed && task != null && System.nanoTime() - start >= patience.toNanos()) {
            err.print(ERASE + task.line());
            err.flush();
            drawn = true;
        }
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (drawn) {
            err.print(ERASE);
            err.flush();
            drawn = false;
        }
        if (painter != null) {
            painter.interrupt();
        }
    }

    /** What is known of one task. */
    private final class Task implements ProgressListener {
        private final String name;
        private final long begun = System.nanoTime();
        private long reported = begun;
        private long done;
        private long total;
        private double relativeError = Double.NaN;
        private double wanted;
        /** Units of work after which the error is as wanted, as the last look at it predicts. */
        private double predicted = Double.POSITIVE_INFINITY;

        Task(String name) {
            this.name = name;
            synchronized (Progress.this) {
                task = this;
            }
        }

        @Override
        public void progressed(long some, long all) {
            synchronized (Progress.this) {
                task = this;
                reported = System.nanoTime();
                done = some;
                total = all;
            }
        }

        /** The error falls with the root of the work. */
        @Override
        public void estimated(double error, double goal) {
            synchronized (Progress.this) {
                relativeError = error;
                wanted = goal;
                predicted = Math.max(1, error / goal * (error / goal)) * done;
            }
        }

        String line() {
            double share = done / Math.min((double) total, predicted);
            double untilReport = 1e-9 * (reported - begun);
            double sinceReport = 1e-9 * (System.nanoTime() - reported);
            double left = share >= LEAST_SHARE && share < 1
                    ? Math.max(1, untilReport * (1 - share) / share - sinceReport)
                    : Double.NaN;
            return new ProgressLine(name, share, done, unit, untilReport + sinceReport, left, relativeError, wanted)
                    .toString();
        }
    }
}
