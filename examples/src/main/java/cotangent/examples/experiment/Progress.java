package cotangent.examples.experiment;

import cotangent.linalg.probe.ProgressListener;
import java.io.Console;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error, once work has taken a second, and only where somebody is looking. */
public final class Progress implements AutoCloseable {
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final long start = System.nanoTime();
    private final boolean watched;
    private final String unit;
    private @Nullable ProgressBar bar;
    private @Nullable String task;

    /** A bar for work that is counted in products with a matrix. */
    public Progress(PrintWriter err, boolean wanted) {
        this(err, wanted, "products");
    }

    /** The same for work that is counted in other units. */
    public Progress(PrintWriter err, boolean wanted, String unit) {
        this.unit = unit;
        Console console = System.console();
        watched = wanted && console != null && console.isTerminal();
        err.flush();
    }

    /** A listener for one of the tasks. */
    public ProgressListener of(String name) {
        return watched ? (done, total) -> show(name, done, total) : ProgressListener.NONE;
    }

    private synchronized void show(String name, long done, long total) {
        if (System.nanoTime() - start < PATIENCE_NANOS) {
            return;
        }
        if (!name.equals(task)) {
            close();
            task = name;
            bar = new ProgressBarBuilder().setTaskName(name)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUnit(" " + unit, 1)
                    .build();
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
