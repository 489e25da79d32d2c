package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void everyChunkRunsOnce() {
        for (int chunks : new int[]{0, 1, 2, 3, 100, 10_000}) {
            AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
            Workers.run(chunks, runs::incrementAndGet);
            for (int chunk = 0; chunk < chunks; chunk++) {
                assertThat(runs.get(chunk)).isEqualTo(1);
            }
        }
    }

    @Test
    void manyCallersShareThePool() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 80; caller++) {
            callers.add(Thread.ofPlatform().start(() -> {
                for (int call = 0; call < 50; call++) {
                    Workers.run(1 + call % 7, chunk -> runs.incrementAndGet());
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        int perCaller = 0;
        for (int call = 0; call < 50; call++) {
            perCaller += 1 + call % 7;
        }
        assertThat(runs.get()).isEqualTo(80 * perCaller);
    }

    @Test
    void aNestedCallRunsOnTheThreadThatMakesIt() {
        AtomicInteger elsewhere = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        Workers.run(8, outer -> {
            Thread thread = Thread.currentThread();
            Workers.run(8, inner -> {
                runs.incrementAndGet();
                if (Thread.currentThread() != thread) {
                    elsewhere.incrementAndGet();
                }
            });
        });
        assertThat(elsewhere.get()).isZero();
        assertThat(runs.get()).isEqualTo(64);
    }

    @Test
    void aLimitOfOneStaysOnTheCallingThread() {
        Thread caller = Thread.currentThread();
        boolean alone = Workers.withLimit(1, () -> {
            AtomicInteger elsewhere = new AtomicInteger();
            Workers.run(100, chunk -> elsewhere.addAndGet(Thread.currentThread() == caller ? 0 : 1));
            return elsewhere.get() == 0 && Workers.limit() == 1;
        });
        assertThat(alone).isTrue();
        assertThatThrownBy(() -> Workers.withLimit(0, () -> 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailedChunkIsReportedWithItsCauseAndThePoolGoesOn() {
        for (int limit : new int[]{1, 2}) {
            IllegalStateException thrown = new IllegalStateException("chunk 5");
            assertThatThrownBy(() -> Workers.withLimit(limit, () -> {
                Workers.run(1000, chunk -> {
                    if (chunk == 5) {
                        throw thrown;
                    }
                });
                return 0;
            }))
                    .isInstanceOf(WorkerFailedException.class)
                    .hasCause(thrown)
                    .hasMessageContaining("chunk 5");
            everyChunkRunsOnce();
        }
    }

    @Test
    void anInterruptStopsTheCallAndStaysSet() {
        for (int limit : new int[]{1, 2}) {
            AtomicInteger runs = new AtomicInteger();
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> Workers.withLimit(limit, () -> {
                    Workers.run(1_000_000_000, chunk -> runs.incrementAndGet());
                    return 0;
                }))
                        .isInstanceOf(WorkInterruptedException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(runs.get()).isLessThan(1_000_000_000);
        }
    }

    @Test
    void anInterruptWhileAWorkerStillRunsIsNotLost() throws InterruptedException {
        Thread caller = Thread.currentThread();
        Thread interrupter = Thread.ofPlatform().start(() -> {
            pause(30);
            caller.interrupt();
        });
        AtomicInteger finished = new AtomicInteger();
        try {
            assertThatThrownBy(() -> Workers.run(10_000, chunk -> {
                spin(2);
                finished.incrementAndGet();
            }))
                    .isInstanceOf(WorkInterruptedException.class);
            int atReturn = finished.get();
            spin(20);
            assertThat(finished.get()).as("chunks that ran on after the call").isEqualTo(atReturn);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
            interrupter.join();
        }
    }

    private static void spin(int milliseconds) {
        long until = System.nanoTime() + milliseconds * 1_000_000L;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
