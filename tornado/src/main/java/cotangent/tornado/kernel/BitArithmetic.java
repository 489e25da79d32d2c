package cotangent.tornado.kernel;

import cotangent.dsl.simd.LaneOp;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/**
 * The bits of a floating-point number and back by comparisons and multiplications with powers of two, each of which is
 * exact, for compilers without an instruction for it. A number is {@code m 2^k} with m a whole number of the full
 * mantissa's length; k is found, or applied, one binary digit after the other.
 */
final class BitArithmetic {
    private static final int[] STEPS = {512, 256, 128, 64, 32, 16, 8, 4, 2, 1};

    private final KernelCode kernel;
    private final CodeBuilder code;
    private final LaneType number;
    private final LaneType integer;
    /** Bits of the mantissa that are stored, largest exponent as stored, and the stored exponent of 2^mantissa less 1. */
    private final int mantissa;
    private final int largest;
    private final int bias;
    /** Twice this step and all the smaller ones reach every exponent. */
    private final int first;

    private BitArithmetic(KernelCode kernel, boolean wide) {
        this.kernel = kernel;
        this.code = kernel.code();
        this.number = wide ? LaneType.F64 : LaneType.F32;
        this.integer = wide ? LaneType.I64 : LaneType.I32;
        this.mantissa = wide ? 52 : 23;
        this.largest = wide ? 2047 : 255;
        this.bias = (wide ? 1023 : 127) + mantissa - 1;
        this.first = wide ? 512 : 64;
    }

    static BitArithmetic of(boolean wide, KernelCode kernel) {
        return new BitArithmetic(kernel, wide);
    }

    private int local(LaneType type, Runnable value) {
        value.run();
        int local = code.allocateLocal(type.kind());
        code.storeLocal(type.kind(), local);
        return local;
    }

    private Runnable load(LaneType type, int local) {
        return () -> code.loadLocal(type.kind(), local);
    }

    private Runnable number(double value) {
        return () -> Arithmetic.number(kernel, number, value);
    }

    private void whole(long value) {
        Arithmetic.constant(kernel, integer, value);
    }

    private void less(Runnable a, Runnable b) {
        Arithmetic.compare(code, LaneOp.Code.LT, number, a, b);
    }

    private void scale(int m, double factor) {
        load(number, m).run();
        number(factor).run();
        Arithmetic.operator(code, "MUL", number);
        code.storeLocal(number.kind(), m);
    }

    /** Pushes the bits of the number that {@code argument} pushes. */
    void toBits(Runnable argument) {
        int x = local(number, argument);
        int negative = kernel.local(() -> isNegative(x));
        int m = local(number, () -> kernel.select(load(TypeKind.INT, negative), () -> negated(x), load(number, x)));
        int k = kernel.local(() -> code.loadConstant(bias));
        double smallestNormal = Math.scalb(1.0, mantissa - bias);
        int tiny = kernel.local(() -> less(load(number, m), number(smallestNormal)));
        kernel.when(load(TypeKind.INT, tiny), () -> {
            scale(m, Math.scalb(1.0, bias / 2));
            scale(m, Math.scalb(1.0, bias - bias / 2));
            code.iconst_0().istore(k);
        });
        kernel.when(() -> code.iload(tiny).iconst_1().ixor(), () -> normalize(m, k));
        int bits = local(integer, () -> {
            truncated(m);
            code.iload(k).conversion(TypeKind.INT, integer.kind()).loadConstant(mantissa);
            shiftLeft();
            Arithmetic.operator(code, "ADD", integer);
        });
        special(x, m, bits);
        kernel.select(load(TypeKind.INT, negative), () -> {
            load(integer, bits).run();
            whole(integer == LaneType.I64 ? Long.MIN_VALUE : Integer.MIN_VALUE);
            Arithmetic.operator(code, "OR", integer);
        }, load(integer, bits));
    }

    private Runnable load(TypeKind kind, int local) {
        return () -> code.loadLocal(kind, local);
    }

    /** Pushes a whole number below 2^54 as an integer: a double by halves, since TornadoVM converts it by way of an int. */
    private void truncated(int m) {
        if (integer == LaneType.I32) {
            code.loadLocal(number.kind(), m).f2i();
            return;
        }
        int high = kernel.local(() -> code.dload(m).loadConstant(0x1p-27).dmul().d2i());
        code.iload(high).i2l().loadConstant(27).lshl();
        code.dload(m).iload(high).i2d().loadConstant(0x1p27).dmul().dsub().d2i().i2l().ladd();
    }

    private void negated(int x) {
        load(number, x).run();
        Arithmetic.operator(code, "NEG", number);
    }

    /** Whether the sign bit is set; of a zero its inverse tells. */
    private void isNegative(int x) {
        int inverse = local(number, () -> {
            number(1).run();
            load(number, x).run();
            Arithmetic.operator(code, "DIV", number);
        });
        less(load(number, x), number(0));
        less(load(number, inverse), number(0));
        code.ior();
    }

    /** {@code m = |x| / 2^k} between 2^mantissa and twice that. */
    private void normalize(int m, int k) {
        raise(m, k, first);
        for (int step : STEPS) {
            if (step <= first) {
                raise(m, k, step);
            }
        }
        for (int step : STEPS) {
            if (step <= first) {
                kernel.when(() -> Arithmetic.compare(code, LaneOp.Code.LE, number, number(Math.scalb(1.0, mantissa
                        + step)), load(number, m)), () -> {
                            scale(m, Math.scalb(1.0, -step));
                            code.iinc(k, step);
                        });
            }
        }
    }

    private void raise(int m, int k, int step) {
        kernel.when(() -> less(load(number, m), number(Math.scalb(1.0, mantissa + 1 - step))), () -> {
            scale(m, Math.scalb(1.0, step));
            code.iinc(k, -step);
        });
    }

    /** Infinity, whose halves are no smaller, and NaN. */
    private void special(int x, int m, int bits) {
        double limit = Math.scalb(1.0, mantissa + 2);
        kernel.when(() -> less(number(limit), load(number, m)), () -> set(bits, (long) largest << mantissa));
        kernel.when(() -> Arithmetic.compare(code, LaneOp.Code.NE, number, load(number, x), load(number, x)), () -> set(
                bits, (2L * largest + 1) << mantissa - 1));
    }

    private void set(int bits, long value) {
        whole(value);
        code.storeLocal(integer.kind(), bits);
    }

    private void shiftLeft() {
        if (integer == LaneType.I64) {
            code.lshl();
        } else {
            code.ishl();
        }
    }

    /** Pushes the number whose bits {@code argument} pushes. */
    void fromBits(Runnable argument) {
        int bits = local(integer, argument);
        int exponent = kernel.local(() -> {
            load(integer, bits).run();
            kernel.shiftRight(integer, mantissa);
            code.conversion(integer.kind(), TypeKind.INT).loadConstant(largest).iand();
        });
        int part = local(integer, () -> {
            load(integer, bits).run();
            whole((1L << mantissa) - 1);
            Arithmetic.operator(code, "AND", integer);
        });
        int k = kernel.local(() -> code.iload(exponent).loadConstant(bias + 1).isub());
        kernel.when(load(TypeKind.INT, exponent), () -> {
            load(integer, part).run();
            whole(1L << mantissa);
            Arithmetic.operator(code, "OR", integer);
            code.storeLocal(integer.kind(), part);
        });
        kernel.when(() -> kernel.select(load(TypeKind.INT, exponent), code::iconst_0, code::iconst_1),
                () -> code.iinc(k,
                        1));
        int m = local(number, () -> code.loadLocal(integer.kind(), part).conversion(integer.kind(), number.kind()));
        apply(m, k);
        int last = kernel.local(() -> code.loadConstant(largest));
        kernel.when(() -> kernel.less(exponent, last), () -> code.iconst_0().istore(last));
        kernel.when(load(TypeKind.INT, last), () -> infinite(m, part));
        int sign = local(integer, () -> {
            load(integer, bits).run();
            whole(integer == LaneType.I64 ? Long.MIN_VALUE : Integer.MIN_VALUE);
            Arithmetic.operator(code, "AND", integer);
        });
        kernel.select(() -> Arithmetic.compare(code, LaneOp.Code.NE, integer, load(integer, sign), () -> whole(0)),
                () -> negated(m), load(number, m));
    }

    /** {@code m = m 2^k}. */
    private void apply(int m, int k) {
        power(m, k, first, 1);
        power(m, k, first, -1);
        power(m, k, first, -1);
        for (int step : STEPS) {
            if (step < first) {
                power(m, k, step, 1);
                power(m, k, step, -1);
            }
        }
    }

    /** A step towards k from one side. */
    private void power(int m, int k, int step, int sign) {
        int reached = kernel.local(() -> code.loadConstant(step - 1));
        int distance = kernel.local(() -> code.iload(k).loadConstant(sign).imul());
        kernel.when(() -> kernel.less(reached, distance), () -> {
            scale(m, Math.scalb(1.0, sign * step));
            code.iinc(k, -sign * step);
        });
    }

    private void infinite(int m, int part) {
        kernel.select(() -> Arithmetic.compare(code, LaneOp.Code.EQ, integer, load(integer, part), () -> whole(
                1L << mantissa)), number(Double.POSITIVE_INFINITY), number(Double.NaN));
        code.storeLocal(number.kind(), m);
    }
}
