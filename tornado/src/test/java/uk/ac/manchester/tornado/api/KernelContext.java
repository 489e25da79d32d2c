package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntFunction;

/** A stand-in for tests: what one work item knows of its place, with the memory and the barrier of its group. */
public final class KernelContext {
    /** What the work items of a group share. */
    public static final class Group {
        private final CyclicBarrier barrier;
        private final List<Object> memory = new ArrayList<>();

        public Group(int size) {
            barrier = new CyclicBarrier(size);
        }

        /** The n-th array that an item asks for is the n-th that any other asks for. */
        private synchronized Object array(int number, int size, IntFunction<Object> allocate) {
            if (number == memory.size()) {
                memory.add(allocate.apply(size));
            }
            return memory.get(number);
        }
    }

    public Integer globalIdx = 0;
    public Integer groupIdx = 0;
    public Integer localIdx = 0;
    private Group group = new Group(1);
    private int asked;

    public KernelContext() {}

    /** Puts the item in its place. */
    public void enter(Group shared, int number, int local, int size) {
        group = shared;
        groupIdx = number;
        localIdx = local;
        globalIdx = number * size + local;
    }

    public void localBarrier() {
        try {
            group.barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    public float[] allocateFloatLocalArray(int size) {
        return (float[]) group.array(asked++, size, float[]::new);
    }

    public double[] allocateDoubleLocalArray(int size) {
        return (double[]) group.array(asked++, size, double[]::new);
    }

    public int[] allocateIntLocalArray(int size) {
        return (int[]) group.array(asked++, size, int[]::new);
    }
}
