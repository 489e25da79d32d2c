package cotangent.dsl.simd;

/** A step of a plan made ready to run. It holds nothing that a run changes, so many threads may run it at once. */
interface Stage {
    /** Runs on the arrays of one call. */
    void run(Frame frame);
}
