package cotangent.dsl.simd;

import org.jspecify.annotations.Nullable;

/**
 * A kernel in its two forms, each made when first wanted. Interpreted Vector API code is two orders of magnitude slower
 * than interpreted scalar code, so a kernel starts in its scalar form; one that has handled {@value #WARM} elements is
 * handed to {@link KernelWarmer}, and changes over when its vector form has been compiled.
 */
final class CompiledKernel {
    private static final long WARM = 100_000;
    /** Elements, about a second of them in scalar form, after which the vector form is used whatever its state. */
    private static final long MOST_SCALAR = 1L << 27;

    private final KernelKey key;
    private volatile @Nullable Kernel scalar;
    private volatile @Nullable Kernel vector;
    private volatile @Nullable Kernel warm;
    /** Written without synchronisation: losing a count does no harm. */
    private long elements;
    private boolean handedOver;

    CompiledKernel(KernelKey key) {
        this.key = key;
    }

    KernelKey key() {
        return key;
    }

    /** The form to run on the given number of elements now. */
    Kernel kernel(Form form, long count) {
        return switch (form) {
            case VECTOR -> vector();
            case SCALAR -> scalar();
            case ADAPTIVE -> adaptive(count);
        };
    }

    private Kernel adaptive(long count) {
        Kernel ready = warm;
        if (ready != null) {
            return ready;
        }
        elements += count;
        if (elements > WARM && !handedOver && key.program().isVectorizable()) {
            handedOver = true;
            KernelWarmer.submit(this);
        }
        if (elements > MOST_SCALAR) {
            changeOver();
        }
        return scalar();
    }

    Kernel vector() {
        Kernel made = vector;
        if (made == null) {
            made = key.program().isVectorizable() ? KernelCompiler.define(key, true) : scalar();
            vector = made;
        }
        return made;
    }

    Kernel scalar() {
        Kernel made = scalar;
        if (made == null) {
            made = KernelCompiler.define(key, false);
            scalar = made;
        }
        return made;
    }

    /** Elements handled in scalar form, times instructions. */
    long scalarWork() {
        return elements * key.program().ops().size();
    }

    /** From now on the vector form runs. */
    void changeOver() {
        warm = vector();
    }
}
