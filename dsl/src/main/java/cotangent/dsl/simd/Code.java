package cotangent.dsl.simd;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import cotangent.dsl.ir.Reduction;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Class names and short scalar instruction sequences that both forms of a kernel use. */
final class Code {
    static final ClassDesc MATH = ClassDesc.of("java.lang.Math");

    private Code() {}

    static ClassDesc primitive(LaneType type) {
        return switch (type) {
            case F32 -> CD_float;
            case F64 -> CD_double;
            case I32 -> CD_int;
            case I64 -> CD_long;
            case BOOL -> CD_boolean;
        };
    }

    static ClassDesc array(LaneType type) {
        return primitive(type).arrayType();
    }

    /** Pushes the element of a primitive array whose reference and index are on the stack. */
    static void arrayLoad(CodeBuilder code, LaneType type) {
        switch (type) {
            case F32 -> code.faload();
            case F64 -> code.daload();
            case I32 -> code.iaload();
            case I64 -> code.laload();
            case BOOL -> code.baload();
        }
    }

    static void arrayStore(CodeBuilder code, LaneType type) {
        switch (type) {
            case F32 -> code.fastore();
            case F64 -> code.dastore();
            case I32 -> code.iastore();
            case I64 -> code.lastore();
            case BOOL -> code.bastore();
        }
    }

    static void constant(CodeBuilder code, LaneType type, long bits) {
        switch (type) {
            case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
            case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
            case I32, BOOL -> code.loadConstant((int) bits);
            case I64 -> code.loadConstant(bits);
        }
    }

    static void add(CodeBuilder code, LaneType type) {
        switch (type) {
            case F32 -> code.fadd();
            case F64 -> code.dadd();
            case I64 -> code.ladd();
            case I32, BOOL -> code.iadd();
        }
    }

    /** Combines the two elements on the stack. */
    static void combine(CodeBuilder code, LaneType type, @Nullable Reduction reduction) {
        switch (Objects.requireNonNull(reduction)) {
            case SUM -> add(code, type);
            case MAX -> math(code, "max", type, 2);
            case MIN -> math(code, "min", type, 2);
        }
    }

    /** What combines with any element to that element (but for the sign of zero). */
    static void identity(CodeBuilder code, LaneType type, @Nullable Reduction reduction) {
        double infinity = Double.POSITIVE_INFINITY;
        double value = switch (Objects.requireNonNull(reduction)) {
            case SUM -> 0;
            case MAX -> -infinity;
            case MIN -> infinity;
        };
        switch (type) {
            case F32 -> code.loadConstant((float) value);
            case F64 -> code.loadConstant(value);
            default -> code.loadConstant((int) value);
        }
    }

    /** Calls a function of java.lang.Math on the elements on the stack. */
    static void math(CodeBuilder code, String name, LaneType type, int arguments) {
        ClassDesc primitive = primitive(type);
        ClassDesc[] parameters = new ClassDesc[arguments];
        java.util.Arrays.fill(parameters, primitive);
        code.invokestatic(MATH, name, MethodTypeDesc.of(primitive, parameters));
    }

    /** A loop: {@code for (; index < limit; index += step) body}. */
    static void loop(CodeBuilder code, int index, int limit, int step, Runnable body) {
        Label test = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(test).iload(index).iload(limit).if_icmpge(end);
        body.run();
        code.iinc(index, step).goto_(test).labelBinding(end);
    }
}
