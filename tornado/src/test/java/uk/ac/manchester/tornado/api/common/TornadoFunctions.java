package uk.ac.manchester.tornado.api.common;

/** A stand-in for tests: the task without arguments. */
public final class TornadoFunctions {
    private TornadoFunctions() {}

    /** A task. */
    public interface Task {
        void apply();
    }
}
