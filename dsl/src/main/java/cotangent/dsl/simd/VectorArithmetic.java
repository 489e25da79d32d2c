package cotangent.dsl.simd;

import static cotangent.dsl.simd.VectorCode.ASSOCIATIVE;
import static cotangent.dsl.simd.VectorCode.BINARY;
import static cotangent.dsl.simd.VectorCode.COMPARISON;
import static cotangent.dsl.simd.VectorCode.CONVERSION;
import static cotangent.dsl.simd.VectorCode.MASK;
import static cotangent.dsl.simd.VectorCode.OPERATORS;
import static cotangent.dsl.simd.VectorCode.SPECIES;
import static cotangent.dsl.simd.VectorCode.VECTOR;
import static cotangent.dsl.simd.VectorCode.vector;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the instructions of a {@link LaneProgram} as Vector API calls, every one of them in the method itself: a vector
 * handed to another method would be boxed. All types of one program have the same number of lanes, so a truth value is a
 * mask of any of them; masks are cast where they meet another type.
 */
final class VectorArithmetic {
    private static final ClassDesc PATCHES = Patches.class.describeConstable().orElseThrow();

    private record Cast(int value, LaneType type) {}

    private final CodeBuilder code;
    private final VectorCode vectors;
    private final List<LaneOp> ops;
    private final int lanes;
    private final LaneType maskType;
    private final int[] local;
    private final LaneType[] family;
    private final Map<Cast, Integer> casts = new HashMap<>();

    VectorArithmetic(CodeBuilder code, KernelKey key, VectorCode vectors) {
        this.code = code;
        this.vectors = vectors;
        this.ops = key.program().ops();
        this.lanes = key.lanes();
        this.maskType = key.program().isWide() ? LaneType.F64 : LaneType.F32;
        this.local = new int[ops.size()];
        this.family = new LaneType[ops.size()];
        Arrays.fill(local, -1);
        Arrays.fill(family, maskType);
    }

    /** Forgets what only the last body knows. */
    void begin() {
        casts.clear();
    }

    /** The type of the masks that loads make. */
    LaneType maskType() {
        return maskType;
    }

    /** The type whose mask a truth value is. */
    LaneType family(int value) {
        return family[value];
    }

    /** Keeps what is on the stack as a value. */
    void keep(int value) {
        if (local[value] < 0) {
            local[value] = code.allocateLocal(TypeKind.REFERENCE);
        }
        code.astore(local[value]);
    }

    /**
     * Writes and keeps a constant. It is written where it is used: C2 moves it out of the loops, while a vector that is alive
     * across them is sometimes kept as an object too.
     */
    void constant(int value) {
        LaneOp op = ops.get(value);
        vectors.species(op.type());
        Code.constant(code, op.type(), op.immediate());
        vectors.broadcast(op.type());
        keep(value);
    }

    /** Writes and keeps an instruction that neither loads nor is constant. */
    void instruction(int value) {
        family[value] = write(ops.get(value));
        keep(value);
    }

    /** Pushes a numeric value. */
    void push(int value) {
        code.aload(local[value]);
    }

    /** Pushes a truth value as a mask of the given type. */
    void pushMask(int value, LaneType type) {
        if (family[value] == type) {
            code.aload(local[value]);
            return;
        }
        Integer known = casts.get(new Cast(value, type));
        if (known == null) {
            known = code.allocateLocal(TypeKind.REFERENCE);
            casts.put(new Cast(value, type), known);
            code.aload(local[value]);
            vectors.species(type);
            code.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES)).astore(known);
        }
        code.aload(known);
    }

    /** Writes an instruction; its result is on the stack. Returns the mask type, where it is a truth value. */
    private LaneType write(LaneOp op) {
        if (op.type() == LaneType.BOOL) {
            return logical(op);
        }
        LaneType type = op.type();
        switch (op.code()) {
            case ADD, SUB, MUL, DIV, MAX, MIN -> {
                push(op.a());
                push(op.b());
                vectors.call(type, op.code().name().toLowerCase(java.util.Locale.ROOT), vector(type), VECTOR);
            }
            case NEG, ABS, SQRT -> {
                push(op.a());
                vectors.call(type, op.code().name().toLowerCase(java.util.Locale.ROOT), vector(type));
            }
            case FMA -> {
                push(op.a());
                push(op.b());
                push(op.c());
                vectors.call(type, "fma", vector(type), VECTOR, VECTOR);
            }
            case AND, OR, XOR -> {
                push(op.a());
                code.getstatic(OPERATORS, op.code().name(), ASSOCIATIVE);
                push(op.b());
                vectors.call(type, "lanewise", vector(type), BINARY, VECTOR);
            }
            case SHL, SHR -> shift(op, type);
            case LT, LE, EQ, NE -> {
                push(op.a());
                code.getstatic(OPERATORS, op.code().name(), COMPARISON);
                push(op.b());
                vectors.call(type, "compare", MASK, COMPARISON, VECTOR);
            }
            case BLEND -> {
                push(op.c());
                push(op.b());
                pushMask(op.a(), type);
                vectors.call(type, "blend", vector(type), VECTOR, MASK);
            }
            case TO_BITS -> {
                push(op.a());
                boolean wide = type == LaneType.I64;
                vectors.call(wide ? LaneType.F64 : LaneType.F32, wide ? "reinterpretAsLongs" : "reinterpretAsInts",
                        vector(
                                type));
            }
            case FROM_BITS -> {
                push(op.a());
                vectors.call(type.integral(), type == LaneType.F64 ? "reinterpretAsDoubles" : "reinterpretAsFloats",
                        vector(
                                type));
            }
            case CONVERT -> convert(ops.get(op.a()).resultType(), op.a(), type);
            case PATCH -> patch(op, type);
            default -> throw new AssertionError(op);
        }
        return type;
    }

    private void shift(LaneOp op, LaneType type) {
        push(op.a());
        code.getstatic(OPERATORS, op.code() == LaneOp.Code.SHL ? "LSHL" : "LSHR", BINARY);
        Code.constant(code, type, op.immediate());
        vectors.call(type, "lanewise", vector(type), BINARY, Code.primitive(type));
    }

    private void convert(LaneType from, int value, LaneType to) {
        push(value);
        code.getstatic(OPERATORS, from.label().charAt(0) + "2" + to.label().charAt(0), CONVERSION);
        vectors.species(to);
        code.iconst_0();
        vectors.call(from, "convertShape", VECTOR, CONVERSION, SPECIES, CD_int);
        code.checkcast(vector(to));
    }

    /** Where the condition holds in some lane, arguments and results go through an array, and a method replaces results. */
    private void patch(LaneOp op, LaneType type) {
        Label unchanged = code.newLabel();
        int array = code.allocateLocal(TypeKind.REFERENCE);
        push(op.c());
        pushMask(op.a(), type);
        code.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean)).ifeq(unchanged);
        code.invokestatic(PATCHES, type == LaneType.F64 ? "doubles" : "floats", MethodTypeDesc.of(Code.array(type)))
                .astore(array);
        code.aload(array).loadConstant(lanes);
        vectors.call(type, "intoArray", CD_void, Code.array(type), CD_int);
        push(op.b());
        code.aload(array).iconst_0();
        vectors.call(type, "intoArray", CD_void, Code.array(type), CD_int);
        pushMask(op.a(), type);
        code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long)).aload(array).loadConstant(lanes);
        code.loadConstant((int) op.immediate())
                .invokestatic(PATCHES, "apply", MethodTypeDesc.of(CD_void, CD_long, Code.array(type), CD_int, CD_int));
        vectors.species(type);
        code.aload(array).loadConstant(lanes);
        code.invokestatic(vector(type), "fromArray", MethodTypeDesc.of(vector(type), SPECIES, Code.array(type),
                CD_int));
        code.labelBinding(unchanged);
    }

    private LaneType logical(LaneOp op) {
        LaneType type = family[op.a()];
        pushMask(op.a(), type);
        switch (op.code()) {
            case NOT -> code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
            case AND, OR, XOR -> {
                pushMask(op.b(), type);
                code.invokevirtual(MASK, op.code().name().toLowerCase(java.util.Locale.ROOT), MethodTypeDesc.of(MASK,
                        MASK));
            }
            default -> throw new AssertionError(op);
        }
        return type;
    }
}
