package cotangent.tornado.device;

/** A machine that runs kernels: what TornadoVM's adapter implements, and in tests a stand-in on the CPU. */
public interface Device {
    /** What the device calls itself. */
    String name();

    /** Whether it has float64 at all; how well it computes with it is tested. */
    boolean hasDoubles();

    /** Memory in bytes that programs may take together. */
    long memory();

    /** What its compiler understands. */
    Dialect dialect();

    /** A plan made ready to run: its buffers allocated, nothing in them. */
    Program load(DevicePlan plan);

    /** A plan on a device. Not safe for several threads at once. */
    interface Program extends AutoCloseable {
        /**
         * Fills a buffer, which keeps what it holds until it is filled again.
         *
         * @param buffer number of the buffer
         * @param array  float[], double[], int[] or boolean[] of its size
         */
        void put(int buffer, Object array);

        /** Copies a buffer's elements into an array of its size. */
        void get(int buffer, Object array);

        /** Runs all actions; the status that the kernels leave, see {@link Status}. */
        int[] run();

        /** Frees the buffers. */
        @Override
        void close();
    }
}
