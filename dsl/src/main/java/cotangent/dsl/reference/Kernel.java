package cotangent.dsl.reference;

/**
 * One primitive made ready to run: from the arrays of its inputs to a fresh array of its output.
 *
 * <p>Both floating-point dtypes are {@code double[]} inside the interpreter; I32 is {@code int[]}, BOOL is
 * {@code boolean[]}; all are row-major. A kernel never writes to an input, but may return one.
 */
@FunctionalInterface
interface Kernel {
    Object apply(Object[] inputs);
}
