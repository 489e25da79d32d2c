package cotangent.dsl.compile;

/** Bytes that what is computed once and kept may still take. */
public final class MemoryBudget {
    private long left;

    /** A budget of so many bytes. */
    public MemoryBudget(long bytes) {
        left = bytes;
    }

    /** Takes bytes if there are as many left; whether there were. */
    boolean take(long bytes) {
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }
}
