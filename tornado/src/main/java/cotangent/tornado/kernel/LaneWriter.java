package cotangent.tornado.kernel;

import cotangent.dsl.simd.LaneOp;
import cotangent.dsl.simd.LaneProgram;
import cotangent.dsl.simd.LaneType;
import cotangent.dsl.simd.ScalarFunction;
import cotangent.tornado.device.Status;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/** Writes a {@link LaneProgram} as code for one element, in what a device's compiler understands. */
final class LaneWriter {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final ClassDesc DEVICE_MATH = ClassDesc.of("uk.ac.manchester.tornado.api.math.TornadoMath");

    private final KernelCode kernel;
    private final CodeBuilder code;
    private final List<LaneOp> ops;
    private final IntConsumer loader;
    private final int[] local;

    /**
     * A writer.
     *
     * @param loader pushes the element of an input
     */
    LaneWriter(KernelCode kernel, LaneProgram program, IntConsumer loader) {
        this.kernel = kernel;
        this.code = kernel.code();
        this.ops = program.ops();
        this.loader = loader;
        this.local = new int[ops.size()];
        Arrays.fill(local, -1);
    }

    static boolean isDivision(LaneOp call) {
        return function(call) == ScalarFunction.DIVIDE;
    }

    private static ScalarFunction function(LaneOp call) {
        return ScalarFunction.values()[(int) call.immediate()];
    }

    /** Computes every value. */
    void body() {
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() != LaneOp.Code.CONSTANT) {
                write(op);
                local[i] = code.allocateLocal(op.resultType().kind());
                code.storeLocal(op.resultType().kind(), local[i]);
            }
        }
    }

    /** Pushes a value. */
    void push(int value) {
        LaneOp op = ops.get(value);
        if (op.code() == LaneOp.Code.CONSTANT) {
            Arithmetic.constant(kernel, op.type(), op.immediate());
        } else {
            code.loadLocal(op.resultType().kind(), local[value]);
        }
    }

    private void operands(LaneOp op) {
        for (int argument : new int[]{op.a(), op.b(), op.c()}) {
            if (argument >= 0) {
                push(argument);
            }
        }
    }

    private void write(LaneOp op) {
        LaneType type = op.type();
        Runnable a = () -> push(op.a());
        Runnable b = () -> push(op.b());
        switch (op.code()) {
            case LOAD -> loader.accept((int) op.immediate());
            case CONSTANT -> throw new AssertionError(op);
            case LT, LE, EQ, NE -> Arithmetic.compare(code, op.code(), type, a, b);
            case BLEND -> kernel.select(a, b, () -> push(op.c()));
            case PATCH -> kernel.select(a, () -> {
                b.run();
                call(function(op), type, 1);
            }, () -> push(op.c()));
            case MAX -> Arithmetic.extreme(kernel, type, b, a, a, b);
            case MIN -> Arithmetic.extreme(kernel, type, a, b, a, b);
            case FMA -> multiplyAdd(op, type);
            case CALL -> {
                if (isDivision(op)) {
                    divide(a, b);
                } else {
                    operands(op);
                    call(function(op), type, op.b() < 0 ? 1 : 2);
                }
            }
            case TO_BITS -> toBits(op, type);
            case FROM_BITS -> fromBits(op, type);
            case SHL -> {
                push(op.a());
                code.loadConstant((int) op.immediate())
                        .with(OperatorInstruction.of(type == LaneType.I64 ? Opcode.LSHL : Opcode.ISHL));
            }
            case SHR -> {
                push(op.a());
                kernel.shiftRight(type, (int) op.immediate());
            }
            case ADD -> add(op, type);
            case SUB, MUL, DIV, NEG, AND, OR, XOR -> {
                operands(op);
                Arithmetic.operator(code, op.code().name(), type);
            }
            case ABS -> {
                operands(op);
                math(DEVICE_MATH, "abs", type, 1);
            }
            case SQRT -> {
                operands(op);
                math(DEVICE_MATH, "sqrt", type, 1);
            }
            case NOT -> {
                operands(op);
                code.iconst_1().ixor();
            }
            case CONVERT -> {
                LaneType from = ops.get(op.a()).resultType();
                if (from.isFloating() && type == LaneType.I32) {
                    Arithmetic.truncate(kernel, from, () -> push(op.a()));
                } else {
                    operands(op);
                    code.conversion(from.kind(), type.kind());
                }
            }
        }
    }

    /**
     * A sum. TornadoVM makes a multiply-add of each sum with a product, and fails where both terms are one product; such a sum is
     * twice the product, written so that nothing makes it a sum again.
     */
    private void add(LaneOp op, LaneType type) {
        if (type.isFloating() && isSame(op.a(), op.b())) {
            push(op.a());
            Arithmetic.number(kernel, type, -2);
            Arithmetic.operator(code, "MUL", type);
            Arithmetic.operator(code, "NEG", type);
        } else {
            operands(op);
            Arithmetic.operator(code, "ADD", type);
        }
    }

    /** Whether two values are one, or products of the same factors. */
    private boolean isSame(int a, int b) {
        LaneOp x = ops.get(a);
        LaneOp y = ops.get(b);
        return a == b || x.code() == LaneOp.Code.MUL && y.code() == LaneOp.Code.MUL
                && (isSame(x.a(), y.a()) && isSame(x.b(), y.b()) || isSame(x.a(), y.b()) && isSame(x.b(), y.a()));
    }

    private void multiplyAdd(LaneOp op, LaneType type) {
        if (kernel.dialect().callsFma()) {
            operands(op);
            math(MATH, "fma", type, 3);
        } else {
            push(op.a());
            push(op.b());
            Arithmetic.operator(code, "MUL", type);
            push(op.c());
            Arithmetic.operator(code, "ADD", type);
        }
    }

    private void call(ScalarFunction function, LaneType type, int arguments) {
        math(DEVICE_MATH, function.name().toLowerCase(Locale.ROOT), type, arguments);
    }

    private void math(ClassDesc owner, String name, LaneType type, int arguments) {
        ClassDesc primitive = switch (type) {
            case F32 -> ConstantDescs.CD_float;
            case F64 -> ConstantDescs.CD_double;
            case I64 -> ConstantDescs.CD_long;
            case I32, BOOL -> ConstantDescs.CD_int;
        };
        ClassDesc[] parameters = new ClassDesc[arguments];
        Arrays.fill(parameters, primitive);
        code.invokestatic(owner, name, MethodTypeDesc.of(primitive, parameters));
    }

    /** An integer quotient; a zero divisor is reported and gives zero. */
    private void divide(Runnable a, Runnable b) {
        kernel.when(() -> kernel.select(b, code::iconst_0, code::iconst_1), () -> kernel.report(
                Status.DIVISION_BY_ZERO, a, code::iconst_0));
        kernel.select(b, () -> {
            a.run();
            b.run();
            code.idiv();
        }, code::iconst_0);
    }

    private void toBits(LaneOp op, LaneType type) {
        boolean wide = type == LaneType.I64;
        if (kernel.dialect().reinterprets()) {
            push(op.a());
            reinterpret(wide ? "java.lang.Double" : "java.lang.Float",
                    wide ? "doubleToRawLongBits" : "floatToRawIntBits",
                    wide ? "(D)J" : "(F)I");
        } else {
            BitArithmetic.of(wide, kernel).toBits(() -> push(op.a()));
        }
    }

    private void fromBits(LaneOp op, LaneType type) {
        boolean wide = type == LaneType.F64;
        if (kernel.dialect().reinterprets()) {
            push(op.a());
            reinterpret(wide ? "java.lang.Double" : "java.lang.Float", wide ? "longBitsToDouble" : "intBitsToFloat",
                    wide
                            ? "(J)D"
                            : "(I)F");
        } else {
            BitArithmetic.of(wide, kernel).fromBits(() -> push(op.a()));
        }
    }

    private void reinterpret(String owner, String name, String descriptor) {
        code.invokestatic(ClassDesc.of(owner), name, MethodTypeDesc.ofDescriptor(descriptor));
    }
}
