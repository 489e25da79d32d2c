package cotangent.dsl.kernel;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a vector kernel from being used before C2 has compiled it.
 *
 * <p>Interpreted, or compiled by the first tier, code of the Vector API allocates every vector it makes and is some
 * hundred times slower than a plain loop. Since scalar kernels have the same bits, the first products are scalar, while
 * a background thread runs the vector form on small made-up operands until it keeps up with the scalar form. When that happens
 * depends on the machine's load, the results do not. The system property {@code cotangent.warmup=off} uses the vector
 * form from the start.
 */
final class WarmUp implements WarmUpThread.Rehearsal {
    /**
     * Multiply-adds in scalar form, about half a second of them, after which a kernel of small products is used whatever its
     * state: having C2 compile it on the job then costs less than going on without.
     */
    private static final long MOST_SMALL_WORK = 1L << 31;

    /** The same for large products, whose vector form takes longer to compile and is of no use before. */
    static final long MOST_LARGE_WORK = 1L << 34;

    private static final int RUNS = 16;

    /** Tiny operands flatter the scalar form; a vector form that is not compiled yet is slower by far more than this. */
    private static final int SLACK = 2;

    /** Before, the scalar form may be interpreted itself, and prove nothing. */
    private static final int FEWEST_ROUNDS = 8;

    private static final int MOST_ROUNDS = 10_000;
    private static volatile boolean off = "off".equals(System.getProperty("cotangent.warmup"));

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable vector;
    private final Runnable scalar;
    private final long mostScalarWork;
    private volatile boolean over;
    private int rounds;
    /** Written without synchronisation: losing a count does no harm. */
    private long scalarWork;

    /** A kernel of small products that is still cold. */
    WarmUp(Runnable vector, Runnable scalar) {
        this(vector, scalar, MOST_SMALL_WORK);
    }

    /**
     * A kernel that is still cold.
     *
     * @param vector runs it on small operands, through every branch that products take
     * @param scalar does the same work in plain Java
     * @param mostScalarWork multiply-adds in scalar form after which the vector form is used whatever its state
     */
    WarmUp(Runnable vector, Runnable scalar, long mostScalarWork) {
        this.vector = vector;
        this.scalar = scalar;
        this.mostScalarWork = mostScalarWork;
    }

    /** From now on, every kernel counts as warm; for tests of the vector kernels. */
    static void skip() {
        off = true;
    }

    /**
     * Whether the vector form is to be used; the first question has it warmed.
     *
     * @param work multiply-adds to be done now
     */
    boolean isOver(long work) {
        return over || off || enough(work);
    }

    private boolean enough(long work) {
        if (asked.compareAndSet(false, true)) {
            WarmUpThread.submit(this);
        }
        scalarWork += work;
        over |= scalarWork > mostScalarWork;
        return over;
    }

    @Override
    public long scalarWork() {
        return scalarWork;
    }

    @Override
    public boolean round() {
        over |= vectorKeepsUp() && rounds >= FEWEST_ROUNDS || ++rounds == MOST_ROUNDS;
        return over;
    }

    /** Compares the best of several runs, since any one of them may have been held up by other work. */
    private boolean vectorKeepsUp() {
        long bestScalar = Long.MAX_VALUE;
        long bestVector = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long begin = System.nanoTime();
            scalar.run();
            long middle = System.nanoTime();
            vector.run();
            bestScalar = Math.min(bestScalar, middle - begin);
            bestVector = Math.min(bestVector, System.nanoTime() - middle);
        }
        return bestVector < SLACK * bestScalar;
    }
}
