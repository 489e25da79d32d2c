package cotangent.dsl.simd;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes a {@link LaneProgram} as code for one element at a time. */
final class ScalarWriter {
    private static final ClassDesc FUNCTIONS = ScalarFunctions.class.describeConstable().orElseThrow();

    private final CodeBuilder code;
    private final List<LaneOp> ops;
    private final KernelKey key;
    private final Operands operands;
    private final int[] local;

    ScalarWriter(CodeBuilder code, KernelKey key, Operands operands) {
        this.code = code;
        this.ops = key.program().ops();
        this.key = key;
        this.operands = operands;
        this.local = new int[ops.size()];
        Arrays.fill(local, -1);
    }

    /** Loads the inputs that stay on one element along a row. */
    void prepareRow() {
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.LOAD && key.inputs().get((int) op.immediate()).fixed()) {
                operands.input((int) op.immediate()).start(code);
                Code.arrayLoad(code, op.type());
                keep(i, op.type());
            }
        }
    }

    /** Computes every value of one element. */
    void body(int index) {
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.CONSTANT) {
                continue;
            }
            if (op.code() == LaneOp.Code.LOAD) {
                if (!key.inputs().get((int) op.immediate()).fixed()) {
                    operands.input((int) op.immediate()).position(code, index, 0);
                    Code.arrayLoad(code, op.type());
                    keep(i, op.type());
                }
                continue;
            }
            write(op);
            keep(i, op.resultType());
        }
    }

    /** Pushes a value. */
    void push(int value) {
        LaneOp op = ops.get(value);
        if (op.code() == LaneOp.Code.CONSTANT) {
            Code.constant(code, op.type(), op.immediate());
        } else {
            code.loadLocal(op.resultType().kind(), local[value]);
        }
    }

    private void keep(int value, LaneType type) {
        if (local[value] < 0) {
            local[value] = code.allocateLocal(type.kind());
        }
        code.storeLocal(type.kind(), local[value]);
    }

    private void write(LaneOp op) {
        LaneType type = op.type();
        switch (op.code()) {
            case LT, LE, EQ, NE -> compare(op);
            case BLEND, PATCH -> {
                Label otherwise = code.newLabel();
                Label end = code.newLabel();
                push(op.a());
                code.ifeq(otherwise);
                push(op.b());
                if (op.code() == LaneOp.Code.PATCH) {
                    call(ScalarFunction.values()[(int) op.immediate()], type, 1);
                }
                code.goto_(end).labelBinding(otherwise);
                push(op.c());
                code.labelBinding(end);
            }
            case SHL, SHR -> {
                push(op.a());
                code.loadConstant((int) op.immediate())
                        .with(java.lang.classfile.instruction.OperatorInstruction.of(
                                shift(op.code(), type)));
            }
            default -> {
                for (int argument : new int[]{op.a(), op.b(), op.c()}) {
                    if (argument >= 0) {
                        push(argument);
                    }
                }
                apply(op, type);
            }
        }
    }

    private static Opcode shift(LaneOp.Code shift, LaneType type) {
        if (type == LaneType.I64) {
            return shift == LaneOp.Code.SHL ? Opcode.LSHL : Opcode.LUSHR;
        }
        return shift == LaneOp.Code.SHL ? Opcode.ISHL : Opcode.IUSHR;
    }

    private void apply(LaneOp op, LaneType type) {
        switch (op.code()) {
            case ADD, SUB, MUL, DIV, NEG, AND, OR, XOR -> operator(op.code(), type);
            case MAX -> Code.math(code, "max", type, 2);
            case MIN -> Code.math(code, "min", type, 2);
            case FMA -> Code.math(code, "fma", type, 3);
            case ABS -> Code.math(code, "abs", type, 1);
            case SQRT -> squareRoot(type);
            case NOT -> code.iconst_1().ixor();
            case TO_BITS -> reinterpret(type == LaneType.I64);
            case FROM_BITS -> reinterpretBits(type == LaneType.F64);
            case CONVERT -> code.conversion(ops.get(op.a()).resultType().kind(), type.kind());
            case CALL -> call(ScalarFunction.values()[(int) op.immediate()], type, op.b() < 0 ? 1 : 2);
            default -> throw new AssertionError(op);
        }
    }

    private void squareRoot(LaneType type) {
        if (type == LaneType.F32) {
            code.f2d();
            Code.math(code, "sqrt", LaneType.F64, 1);
            code.d2f();
        } else {
            Code.math(code, "sqrt", type, 1);
        }
    }

    private void reinterpret(boolean wide) {
        if (wide) {
            code.invokestatic(ClassDesc.of("java.lang.Double"), "doubleToRawLongBits", MethodTypeDesc.ofDescriptor(
                    "(D)J"));
        } else {
            code.invokestatic(ClassDesc.of("java.lang.Float"), "floatToRawIntBits", MethodTypeDesc.ofDescriptor(
                    "(F)I"));
        }
    }

    private void reinterpretBits(boolean wide) {
        if (wide) {
            code.invokestatic(ClassDesc.of("java.lang.Double"), "longBitsToDouble", MethodTypeDesc.ofDescriptor(
                    "(J)D"));
        } else {
            code.invokestatic(ClassDesc.of("java.lang.Float"), "intBitsToFloat", MethodTypeDesc.ofDescriptor("(I)F"));
        }
    }

    private void call(ScalarFunction function, LaneType type, int arguments) {
        ClassDesc primitive = Code.primitive(type);
        ClassDesc[] parameters = new ClassDesc[arguments];
        Arrays.fill(parameters, primitive);
        code.invokestatic(FUNCTIONS, function.name().toLowerCase(Locale.ROOT), MethodTypeDesc.of(primitive,
                parameters));
    }

    private void operator(LaneOp.Code operation, LaneType type) {
        String prefix = switch (type) {
            case F32 -> "F";
            case F64 -> "D";
            case I64 -> "L";
            case I32, BOOL -> "I";
        };
        code.with(java.lang.classfile.instruction.OperatorInstruction.of(Opcode.valueOf(prefix + operation.name())));
    }

    private void compare(LaneOp op) {
        push(op.a());
        push(op.b());
        Label yes = code.newLabel();
        Label end = code.newLabel();
        boolean less = op.code() == LaneOp.Code.LT || op.code() == LaneOp.Code.LE;
        switch (op.type()) {
            case F32 -> {
                if (less) {
                    code.fcmpg();
                } else {
                    code.fcmpl();
                }
            }
            case F64 -> {
                if (less) {
                    code.dcmpg();
                } else {
                    code.dcmpl();
                }
            }
            case I64 -> code.lcmp();
            case I32, BOOL -> {
                branch(op.code(), yes);
                finishComparison(yes, end);
                return;
            }
        }
        switch (op.code()) {
            case LT -> code.iflt(yes);
            case LE -> code.ifle(yes);
            case EQ -> code.ifeq(yes);
            default -> code.ifne(yes);
        }
        finishComparison(yes, end);
    }

    private void branch(LaneOp.Code comparison, Label yes) {
        switch (comparison) {
            case LT -> code.if_icmplt(yes);
            case LE -> code.if_icmple(yes);
            case EQ -> code.if_icmpeq(yes);
            default -> code.if_icmpne(yes);
        }
    }

    private void finishComparison(Label yes, Label end) {
        code.iconst_0().goto_(end).labelBinding(yes).iconst_1().labelBinding(end);
    }

}
