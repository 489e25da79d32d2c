package cotangent.dsl.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one daemon thread that has vector kernels compiled before they are used: always the one whose scalar form has cost
 * most so far, and less eagerly the longer it takes.
 *
 * <p>It waits a while before it begins: a job that is over by then gains nothing from vectors, and on two cores the
 * compiler would take time from it. On the machine this was measured on, the command line's {@code ntk} took .85 s with
 * this wait and 1.3 s without, 2.0 s and 2.5 s of both cores' time.
 */
public final class WarmUpThread {
    private static final long PATIENCE_MILLIS = 500;
    /** Rounds after which a kernel's claim is halved. */
    private static final int ROUNDS_PER_HALVING = 64;

    private static final LinkedBlockingQueue<Rehearsal> NEW = new LinkedBlockingQueue<>();

    static {
        Thread.ofPlatform().daemon().name("cotangent-warm-up").start(WarmUpThread::work);
    }

    private WarmUpThread() {}

    /** A kernel on its way to being compiled. */
    public interface Rehearsal {
        /** Brings the vector form closer to being compiled; says whether it needs no more. */
        boolean round();

        /** What its scalar form has done so far, in elementary operations. */
        long scalarWork();
    }

    /** A rehearsal and how far it has got. */
    private static final class Entry {
        final Rehearsal rehearsal;
        int rounds;

        Entry(Rehearsal rehearsal) {
            this.rehearsal = rehearsal;
        }

        double claim() {
            return Math.scalb((double) rehearsal.scalarWork(), -rounds / ROUNDS_PER_HALVING);
        }
    }

    /** Has a kernel warmed, in rounds. */
    public static void submit(Rehearsal rehearsal) {
        NEW.add(rehearsal);
    }

    private static void work() {
        List<Entry> entries = new ArrayList<>();
        try {
            Thread.sleep(PATIENCE_MILLIS);
            Species.linkAll();
            while (true) {
                if (entries.isEmpty()) {
                    entries.add(new Entry(NEW.take()));
                }
                for (Rehearsal added = NEW.poll(); added != null; added = NEW.poll()) {
                    entries.add(new Entry(added));
                }
                Entry next = entries.stream().max(Comparator.comparingDouble(Entry::claim)).orElseThrow();
                next.rounds++;
                if (next.rehearsal.round()) {
                    entries.remove(next);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
