package cotangent.tornado.kernel;

import static java.lang.constant.ConstantDescs.CD_int;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneType;
import cotangent.tornado.device.Dialect;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Short instruction sequences that all kernels are made of: the geometry, loops, conditions, arrays. */
final class KernelCode {
    static final ClassDesc CONTEXT = ClassDesc.of("uk.ac.manchester.tornado.api.KernelContext");
    private static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
    private static final int CONTEXT_SLOT = 0;
    private static final int GEOMETRY_SLOT = 1;
    private static final int CLOCK_SLOT = 2;
    private static final int STATUS_SLOT = 3;
    static final int ARRAYS = 4;

    private final CodeBuilder code;
    private final Dialect dialect;
    private int position;

    KernelCode(CodeBuilder code, Dialect dialect) {
        this.code = code;
        this.dialect = dialect;
    }

    CodeBuilder code() {
        return code;
    }

    Dialect dialect() {
        return dialect;
    }

    int local() {
        return code.allocateLocal(TypeKind.INT);
    }

    /** A local with a value. */
    int local(Runnable value) {
        value.run();
        int local = local();
        code.istore(local);
        return local;
    }

    /** A local with the next integer of the geometry. */
    int next() {
        int at = position++;
        return local(() -> integer(GEOMETRY_SLOT, at));
    }

    int[] next(int count) {
        int[] locals = new int[count];
        for (int i = 0; i < count; i++) {
            locals[i] = next();
        }
        return locals;
    }

    private void integer(int array, int at) {
        code.aload(array).loadConstant(at);
        DeviceArray.INTS.get(code);
    }

    /** A local with where an operand begins: its start and how far it moves with each loop over time. */
    int start(int depth) {
        int start = next();
        for (int level = 0; level < depth; level++) {
            int stride = next();
            code.iload(start);
            integer(CLOCK_SLOT, level);
            code.iload(stride).imul().iadd().istore(start);
        }
        return start;
    }

    /** Pushes the step of a loop over time. */
    void clock(int level) {
        code.aload(CLOCK_SLOT).iload(level);
        DeviceArray.INTS.get(code);
    }

    /** Sets the step of a loop over time. */
    void setClock(int level, int step) {
        code.aload(CLOCK_SLOT).iload(level).iload(step);
        DeviceArray.INTS.set(code);
    }

    /** Pushes a zero that no compiler knows to be one: the sign of the first size. */
    void zero(TypeKind kind) {
        integer(GEOMETRY_SLOT, 0);
        shiftRight(LaneType.I32, 31);
        code.conversion(TypeKind.INT, kind);
    }

    /**
     * Shifts the integer on the stack to the right, zeros coming in from the left: by masking them, since TornadoVM shifts copies
     * of the sign in.
     */
    void shiftRight(LaneType type, int distance) {
        code.loadConstant(distance);
        if (type == LaneType.I64) {
            code.lushr().loadConstant(-1L >>> distance).land();
        } else {
            code.iushr().loadConstant(-1 >>> distance).iand();
        }
    }

    /** Pushes an index or a size that the context holds. */
    void context(String field) {
        code.aload(CONTEXT_SLOT)
                .getfield(CONTEXT, field, INTEGER)
                .invokevirtual(INTEGER, "intValue", MethodTypeDesc.of(
                        CD_int));
    }

    void barrier() {
        code.aload(CONTEXT_SLOT).invokevirtual(CONTEXT, "localBarrier", MethodTypeDesc.ofDescriptor("()V"));
    }

    /** A local with an array that the work items of a group share. */
    int shared(DType dtype, int size) {
        code.aload(CONTEXT_SLOT);
        DeviceArray.allocateLocal(code, dtype, size);
        int local = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(local);
        return local;
    }

    /** Runs the body in the first {@code count} work items. */
    void items(int count, java.util.function.IntConsumer body) {
        int id = local(() -> context("globalIdx"));
        when(() -> less(id, count), () -> body.accept(id));
    }

    /** {@code for (; index < limit; index += step) body}. */
    void loop(int index, int limit, Runnable step, Runnable body) {
        Label test = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(test).iload(index).iload(limit).if_icmpge(end);
        body.run();
        code.iload(index);
        step.run();
        code.iadd().istore(index).goto_(test).labelBinding(end);
    }

    /** Pushes whether one local is less than another. */
    void less(int a, int b) {
        choose(() -> {}, end -> code.iload(a).iload(b).if_icmpge(end), code::iconst_1, code::iconst_0);
    }

    private void choose(Runnable before, java.util.function.Consumer<Label> jump, Runnable yes, Runnable no) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        before.run();
        jump.accept(otherwise);
        yes.run();
        code.goto_(end).labelBinding(otherwise);
        no.run();
        code.labelBinding(end);
    }

    /** Pushes one of two values. */
    void select(Runnable condition, Runnable yes, Runnable no) {
        choose(condition, code::ifeq, yes, no);
    }

    /** Runs the body if the condition pushes 1. */
    void when(Runnable condition, Runnable body) {
        Label end = code.newLabel();
        condition.run();
        code.ifeq(end);
        body.run();
        code.labelBinding(end);
    }

    /** Pushes an element; the index is pushed by {@code index}. */
    void get(Operand operand, Runnable index) {
        code.aload(ARRAYS + operand.parameter());
        index.run();
        DeviceArray.of(operand.dtype()).get(code);
    }

    void set(Operand operand, Runnable index, Runnable value) {
        code.aload(ARRAYS + operand.parameter());
        index.run();
        value.run();
        DeviceArray.of(operand.dtype()).set(code);
    }

    /** Reports an error. */
    void report(int kind, Runnable first, Runnable second) {
        Runnable[] values = {() -> code.loadConstant(kind), first, second};
        for (int i = 0; i < values.length; i++) {
            code.aload(STATUS_SLOT).loadConstant(i);
            values[i].run();
            DeviceArray.INTS.set(code);
        }
    }

    /**
     * Adds to each offset what an index, split into positions along axes (the last one fastest), moves it.
     *
     * @param index   local of the index, which is overwritten
     * @param extents locals of the extents
     * @param offsets locals of the offsets
     * @param strides locals of the strides, by offset and axis
     */
    void walk(int index, int[] extents, int[] offsets, int[][] strides) {
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            int at = local();
            code.iload(index);
            if (axis > 0) {
                code.iload(extents[axis]).irem();
            }
            code.istore(at);
            for (int k = 0; k < offsets.length; k++) {
                code.iload(offsets[k]).iload(at).iload(strides[k][axis]).imul().iadd().istore(offsets[k]);
            }
            if (axis > 0) {
                code.iload(index).iload(extents[axis]).idiv().istore(index);
            }
        }
    }

    /** Splits an index: a local with its position along the fastest axis, while the index keeps the rest. */
    int split(int index, int extent) {
        int at = local(() -> code.iload(index).iload(extent).irem());
        code.iload(index).iload(extent).idiv().istore(index);
        return at;
    }
}
