package cotangent.tornado.kernel;

import cotangent.dsl.ir.Reduction;
import cotangent.dsl.simd.LaneOp;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;

/** Arithmetic on values of any lane type. */
final class Arithmetic {
    private Arithmetic() {}

    static void operator(CodeBuilder code, String operation, LaneType type) {
        String prefix = switch (type) {
            case F32 -> "F";
            case F64 -> "D";
            case I64 -> "L";
            case I32, BOOL -> "I";
        };
        code.with(OperatorInstruction.of(Opcode.valueOf(prefix + operation)));
    }

    static void constant(KernelCode kernel, LaneType type, long bits) {
        CodeBuilder code = kernel.code();
        switch (type) {
            case F32 -> number(kernel, type, Float.intBitsToFloat((int) bits));
            case F64 -> number(kernel, type, Double.longBitsToDouble(bits));
            case I32, BOOL -> code.loadConstant((int) bits);
            case I64 -> code.loadConstant(bits);
        }
    }

    /**
     * Pushes a number, rounded to the type. TornadoVM cannot write a NaN as a constant, nor an infinite double, so these are
     * computed from a zero.
     */
    static void number(KernelCode kernel, LaneType type, double value) {
        CodeBuilder code = kernel.code();
        switch (type) {
            case F32, F64 -> {
                if (!Double.isFinite(value)) {
                    if (Double.isNaN(value)) {
                        kernel.zero(type.kind());
                    } else {
                        number(kernel, type, Math.signum(value));
                    }
                    kernel.zero(type.kind());
                    operator(code, "DIV", type);
                } else if (type == LaneType.F32) {
                    code.loadConstant((float) value);
                } else {
                    code.loadConstant(value);
                }
            }
            case I32, BOOL -> code.loadConstant((int) value);
            case I64 -> code.loadConstant((long) value);
        }
    }

    /** Pushes what combines with any element to that element. */
    static void identity(KernelCode kernel, LaneType type, Reduction reduction) {
        number(kernel, type, switch (reduction) {
            case SUM -> 0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        });
    }

    /** Pushes two locals combined. */
    static void combine(KernelCode kernel, LaneType type, Reduction reduction, int a, int b) {
        CodeBuilder code = kernel.code();
        Runnable x = () -> code.loadLocal(type.kind(), a);
        Runnable y = () -> code.loadLocal(type.kind(), b);
        switch (reduction) {
            case SUM -> {
                x.run();
                y.run();
                operator(code, "ADD", type);
            }
            case MAX -> extreme(kernel, type, y, x, x, y);
            case MIN -> extreme(kernel, type, x, y, x, y);
        }
    }

    /**
     * Pushes x if {@code less < more} or x is NaN, otherwise y: the larger or the smaller of two numbers, which unlike the
     * device's own function is NaN if either is.
     */
    static void extreme(KernelCode kernel, LaneType type, Runnable less, Runnable more, Runnable x, Runnable y) {
        CodeBuilder code = kernel.code();
        kernel.select(() -> {
            compare(code, LaneOp.Code.LT, type, less, more);
            if (type.isFloating()) {
                compare(code, LaneOp.Code.NE, type, x, x);
                code.ior();
            }
        }, x, y);
    }

    /** Pushes whether a comparison holds. */
    static void compare(CodeBuilder code, LaneOp.Code comparison, LaneType type, Runnable a, Runnable b) {
        a.run();
        b.run();
        Label yes = code.newLabel();
        Label end = code.newLabel();
        boolean less = comparison == LaneOp.Code.LT || comparison == LaneOp.Code.LE;
        switch (type) {
            case F32 -> code.with(OperatorInstruction.of(less ? Opcode.FCMPG : Opcode.FCMPL));
            case F64 -> code.with(OperatorInstruction.of(less ? Opcode.DCMPG : Opcode.DCMPL));
            case I64 -> code.lcmp();
            case I32, BOOL -> {
                switch (comparison) {
                    case LT -> code.if_icmplt(yes);
                    case LE -> code.if_icmple(yes);
                    case EQ -> code.if_icmpeq(yes);
                    default -> code.if_icmpne(yes);
                }
            }
        }
        if (type != LaneType.I32 && type != LaneType.BOOL) {
            switch (comparison) {
                case LT -> code.iflt(yes);
                case LE -> code.ifle(yes);
                case EQ -> code.ifeq(yes);
                default -> code.ifne(yes);
            }
        }
        code.iconst_0().goto_(end).labelBinding(yes).iconst_1().labelBinding(end);
    }

    /** Pushes a number as an integer, as Java does: what is too large becomes the largest one, NaN zero. */
    static void truncate(KernelCode kernel, LaneType type, Runnable number) {
        CodeBuilder code = kernel.code();
        Runnable limit = () -> number(kernel, type, 0x1p31);
        Runnable inside = () -> {
            number.run();
            code.conversion(type.kind(), TypeKind.INT);
        };
        Runnable below = () -> kernel.select(() -> compare(code, LaneOp.Code.LE, type, number, () -> {
            limit.run();
            operator(code, "NEG", type);
        }), () -> code.loadConstant(Integer.MIN_VALUE), inside);
        Runnable ordered = () -> kernel.select(() -> compare(code, LaneOp.Code.LE, type, limit, number),
                () -> code.loadConstant(Integer.MAX_VALUE), below);
        kernel.select(() -> compare(code, LaneOp.Code.EQ, type, number, number), ordered, code::iconst_0);
    }
}
