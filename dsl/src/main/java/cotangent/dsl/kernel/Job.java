package cotangent.dsl.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread's parallel call, reused by every later call of that thread.
 *
 * <p>Chunks are claimed by counting down one word that holds the call's generation and the number of chunks left. A
 * worker that still looks at an earlier call can therefore never claim from it: its chunks are used up, and the
 * generation is another. After a successful claim, task and chunk count are stable, because the owner waits for that
 * chunk.
 */
final class Job {
    private static final long SPIN_NANOS = 50_000;
    private static final long LEFT = 0xFFFF_FFFFL;

    private final Thread owner;
    private final AtomicLong ticket = new AtomicLong();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger helping = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile Workers.@Nullable Task task;
    private volatile int chunks;
    private volatile int helpers;
    private volatile boolean waiting;
    private boolean interrupted;

    /** True while the owner is inside a parallel call; read by the owner only. */
    boolean running;

    Job(Thread owner) {
        this.owner = owner;
    }

    /** Owner only: opens a new generation of chunks for everyone to claim. */
    void publish(int chunkCount, int helperLimit, Workers.Task work) {
        running = true;
        interrupted = false;
        failure.set(null);
        finished.set(0);
        task = work;
        chunks = chunkCount;
        helpers = helperLimit;
        long generation = (ticket.get() >>> 32) + 1;
        ticket.set(generation << 32 | chunkCount);
    }

    /** Owner only: claims chunks until none are left. */
    void takePart() {
        while (true) {
            if (Thread.currentThread().isInterrupted()) {
                interrupted = true;
                cancel();
            }
            if (!runOne()) {
                return;
            }
        }
    }

    /** Worker only: claims chunks until none are left; false if there was none or enough others help already. */
    boolean help() {
        if ((ticket.get() & LEFT) == 0) {
            return false;
        }
        boolean helped = false;
        if (helping.incrementAndGet() <= helpers) {
            while (runOne()) {
                helped = true;
            }
        }
        helping.decrementAndGet();
        return helped;
    }

    private boolean runOne() {
        long seen = ticket.get();
        while ((seen & LEFT) != 0) {
            if (ticket.compareAndSet(seen, seen - 1)) {
                runChunk(chunks - (int) (seen & LEFT));
                return true;
            }
            seen = ticket.get();
        }
        return false;
    }

    private void runChunk(int chunk) {
        Workers.Task work = task;
        try {
            if (work != null) {
                work.run(chunk);
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
            cancel();
        } finally {
            finish(1);
        }
    }

    /** Withdraws the chunks nobody has claimed. */
    private void cancel() {
        long seen = ticket.getAndUpdate(word -> word & ~LEFT);
        finish((int) (seen & LEFT));
    }

    private void finish(int count) {
        int all = chunks;
        if (count > 0 && finished.addAndGet(count) == all && waiting) {
            LockSupport.unpark(owner);
        }
    }

    /** Owner only: returns when every chunk is finished or withdrawn. */
    void await() {
        int all = chunks;
        long since = System.nanoTime();
        while (finished.get() < all && System.nanoTime() - since < SPIN_NANOS) {
            Thread.onSpinWait();
        }
        if (finished.get() < all) {
            waiting = true;
            while (finished.get() < all) {
                LockSupport.park(this);
                // An interrupted thread cannot park; the flag comes back in report().
                if (Thread.interrupted()) {
                    interrupted = true;
                    cancel();
                }
            }
            waiting = false;
        }
        task = null;
        running = false;
    }

    /** Owner only: throws what went wrong in the call that has just ended. */
    void report() {
        Throwable thrown = failure.getAndSet(null);
        if (interrupted) {
            owner.interrupt();
        }
        if (thrown != null) {
            throw Workers.failed(thrown);
        }
        if (interrupted) {
            throw new WorkInterruptedException();
        }
    }
}
