package cotangent.dsl.compile;

/** Bytes that what is computed once and kept may still take. */
public final class Allowance {
    private long left;

    /** An allowance of so many bytes. */
    public Allowance(long bytes) {
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
