package cotangent.tornado.device;

/** The integers by which a run reports what a user did wrong, since a kernel cannot throw. */
public final class Status {
    /** Number of integers. */
    public static final int SIZE = 3;
    /** Nothing went wrong. */
    public static final int OK = 0;
    /** An integer was divided by zero; it stands next. */
    public static final int DIVISION_BY_ZERO = 1;
    /** An index is outside its axis; both stand next. */
    public static final int INDEX_OUT_OF_RANGE = 2;

    private Status() {}
}
