package cotangent.dsl.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Splits work over one pool of daemon threads per process; the caller takes part, and nested calls run inline.
 *
 * <p>A call publishes its job in a slot, idle workers find it there and claim chunks one at a time, and the caller claims
 * chunks too until none are left. A worker spins for 200 us before it parks: handing work to a spinning thread costs
 * about a fifth of a microsecond, waking a parked one about forty. Which thread runs which chunk is left to chance, so
 * a task must give the same result for any assignment. A call allocates nothing once its thread has made one before.
 *
 * <p>The system property {@code cotangent.threads} sets how many threads take part, the caller included; without it, as
 * many as there are processors.
 */
public final class Workers {
    private static final String PROPERTY = "cotangent.threads";
    private static final long SPIN_NANOS = 200_000;
    private static final int SLOTS = 64;

    private static final int THREADS = threads();
    private static final ScopedValue<Integer> LIMIT = ScopedValue.newInstance();
    private static final AtomicReferenceArray<Job> PUBLISHED = new AtomicReferenceArray<>(SLOTS);
    private static final ThreadLocal<Job> JOB = ThreadLocal.withInitial(() -> new Job(Thread.currentThread()));

    private Workers() {}

    /** Work cut into chunks, each of which may run on any thread, at any time and in any order. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one chunk of the work.
         *
         * @param chunk the chunk's number, from 0 to the number of chunks less one
         */
        void run(int chunk);
    }

    /**
     * How many threads a call may use here, the caller included.
     *
     * @return at least 1; 1 inside a task, since nested calls run inline
     */
    public static int limit() {
        if (Thread.currentThread() instanceof Worker || JOB.get().running) {
            return 1;
        }
        return LIMIT.isBound() ? Math.min(LIMIT.get(), THREADS) : THREADS;
    }

    /**
     * Runs an operation with at most the given number of threads for each parallel call in it.
     *
     * @param threads the limit, at least 1, the caller included; more than the process has changes nothing
     * @param operation what to run
     * @param <R> the operation's result
     * @param <X> what the operation may throw
     * @return the operation's result
     * @throws X what the operation throws
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public static <R, X extends Throwable> R withLimit(int threads, ScopedValue.CallableOp<? extends R, X> operation)
            throws X {
        if (threads < 1) {
            throw new IllegalArgumentException("thread limit: expected at least 1, got " + threads);
        }
        return ScopedValue.where(LIMIT, threads).call(operation);
    }

    /**
     * Runs every chunk of a task and returns when all are done.
     *
     * @param chunks the number of chunks
     * @param task what to run for each
     * @throws WorkerFailedException if a chunk throws; the others may have run or not
     * @throws WorkInterruptedException if the calling thread is interrupted; chunks not begun by then do not run
     */
    public static void run(int chunks, Task task) {
        if (chunks <= 0) {
            return;
        }
        int helpers = Math.min(limit(), chunks) - 1;
        if (helpers == 0 || !runShared(chunks, helpers, task)) {
            runInline(chunks, task);
        }
    }

    private static void runInline(int chunks, Task task) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new WorkInterruptedException();
            }
            try {
                task.run(chunk);
            } catch (Throwable thrown) {
                throw failed(thrown);
            }
        }
    }

    /** Returns false, with nothing done, if more callers than slots are at work. */
    private static boolean runShared(int chunks, int helpers, Task task) {
        Job job = JOB.get();
        int slot = freeSlot(job);
        if (slot < 0) {
            return false;
        }
        try {
            job.publish(chunks, helpers, task);
            Pool.wake(helpers);
            job.takePart();
            job.await();
        } finally {
            PUBLISHED.set(slot, null);
        }
        job.report();
        return true;
    }

    private static int freeSlot(Job job) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (PUBLISHED.get(slot) == null && PUBLISHED.compareAndSet(slot, null, job)) {
                return slot;
            }
        }
        return -1;
    }

    static RuntimeException failed(Throwable thrown) {
        return switch (thrown) {
            case WorkerFailedException already -> already;
            case WorkInterruptedException interrupted -> interrupted;
            default -> new WorkerFailedException(thrown);
        };
    }

    private static int threads() {
        String wanted = System.getProperty(PROPERTY);
        if (wanted == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int threads = Integer.parseInt(wanted.strip());
            if (threads >= 1) {
                return threads;
            }
        } catch (NumberFormatException notANumber) {
            // The message below says what was expected.
        }
        throw new IllegalArgumentException(PROPERTY + ": expected a whole number of at least 1, got '" + wanted + "'");
    }

    /** The worker threads, started by the first call that can use them. */
    private static final class Pool {
        private static final Worker[] WORKERS = start();

        private Pool() {}

        private static Worker[] start() {
            Worker[] workers = new Worker[THREADS - 1];
            for (int i = 0; i < workers.length; i++) {
                workers[i] = new Worker("cotangent-worker-" + (i + 1));
                workers[i].start();
            }
            return workers;
        }

        /** Wakes parked workers until that many are up; those that spin find the job by themselves. */
        static void wake(int wanted) {
            int up = 0;
            for (int i = 0; i < WORKERS.length && up < wanted; i++, up++) {
                if (WORKERS[i].parked) {
                    LockSupport.unpark(WORKERS[i]);
                }
            }
        }
    }

    /** A thread that looks for jobs, spins for a while when there is none, then parks. */
    private static final class Worker extends Thread {
        volatile boolean parked;

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            long idleSince = System.nanoTime();
            for (int spins = 1;; spins++) {
                if (help()) {
                    idleSince = System.nanoTime();
                } else if ((spins & 63) == 0 && System.nanoTime() - idleSince > SPIN_NANOS) {
                    park();
                    idleSince = System.nanoTime();
                } else {
                    Thread.onSpinWait();
                }
            }
        }

        /** Looks once more after saying it is parked: a job published in between would otherwise wait for nobody. */
        private void park() {
            parked = true;
            if (!help()) {
                LockSupport.park();
            }
            parked = false;
        }

        private static boolean help() {
            boolean helped = false;
            for (int slot = 0; slot < SLOTS; slot++) {
                Job job = PUBLISHED.get(slot);
                helped |= job != null && job.help();
            }
            return helped;
        }
    }
}
