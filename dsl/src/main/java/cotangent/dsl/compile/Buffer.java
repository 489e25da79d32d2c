package cotangent.dsl.compile;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A run of elements that a plan reads or writes. Inputs, constants and outputs are arrays of their own; every other
 * buffer is a piece of the workspace, placed by {@link BufferPlan}.
 */
public final class Buffer {
    /** Where the elements live. */
    public enum Kind {
        /** The caller's tensor. */
        INPUT,
        /** A tensor known when the plan was made. */
        CONSTANT,
        /** A piece of the reused workspace. */
        WORKSPACE,
        /** A fresh array that becomes a result. */
        OUTPUT
    }

    private final DType dtype;
    private final int size;
    private final @Nullable Tensor constant;
    private Kind kind;
    private int slot = -1;
    private int offset;

    private Buffer(Kind kind, DType dtype, int size, @Nullable Tensor constant) {
        this.kind = kind;
        this.dtype = dtype;
        this.size = size;
        this.constant = constant;
    }

    static Buffer input(DType dtype, int size) {
        return new Buffer(Kind.INPUT, dtype, size, null);
    }

    static Buffer constant(Tensor tensor) {
        return new Buffer(Kind.CONSTANT, tensor.dtype(), tensor.type().size(), tensor);
    }

    static Buffer workspace(DType dtype, int size) {
        return new Buffer(Kind.WORKSPACE, dtype, size, null);
    }

    /** Makes a piece of workspace a result. */
    void promote() {
        kind = Kind.OUTPUT;
    }

    void place(int newSlot, int newOffset) {
        slot = newSlot;
        offset = newOffset;
    }

    /** Where the elements live. */
    public Kind kind() {
        return kind;
    }

    /** Element type. */
    public DType dtype() {
        return dtype;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** The value of a constant. */
    public Tensor value() {
        if (constant == null) {
            throw new IllegalStateException("not a constant");
        }
        return constant;
    }

    /** Which of a call's arrays holds the elements. */
    public int slot() {
        return slot;
    }

    /** Where in that array they begin. */
    public int offset() {
        return offset;
    }
}
