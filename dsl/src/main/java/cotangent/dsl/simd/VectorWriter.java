package cotangent.dsl.simd;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cotangent.dsl.ir.Reduction;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link LaneProgram} as Vector API calls, every one of them in the method itself: a vector handed to another
 * method would be boxed. All types of one program have the same number of lanes, so a truth value is a mask of any of
 * them; masks are cast where they meet another type.
 */
final class VectorWriter {
    private static final String PACKAGE = "jdk.incubator.vector";
    private static final ClassDesc VECTOR = ClassDesc.of(PACKAGE, "Vector");
    private static final ClassDesc MASK = ClassDesc.of(PACKAGE, "VectorMask");
    private static final ClassDesc SPECIES = ClassDesc.of(PACKAGE, "VectorSpecies");
    private static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE, "VectorOperators");
    private static final ClassDesc BINARY = OPERATORS.nested("Binary");
    private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
    private static final ClassDesc BOOLEANS = BooleanLanes.class.describeConstable().orElseThrow();
    private static final ClassDesc PATCHES = Patches.class.describeConstable().orElseThrow();
    private static final ClassDesc BOOLEAN_ARRAY = CD_boolean.arrayType();

    private record Cast(int value, LaneType type) {}

    private final CodeBuilder code;
    private final KernelKey key;
    private final List<LaneOp> ops;
    private final Operands operands;
    private final LaneType maskType;
    private final int[] local;
    private final LaneType[] family;
    private final Map<Cast, Integer> casts = new HashMap<>();
    private final Map<LaneType, Integer> tailMasks = new HashMap<>();
    private boolean masked;

    VectorWriter(CodeBuilder code, KernelKey key, Operands operands) {
        this.code = code;
        this.key = key;
        this.ops = key.program().ops();
        this.operands = operands;
        this.maskType = key.program().isWide() ? LaneType.F64 : LaneType.F32;
        this.local = new int[ops.size()];
        this.family = new LaneType[ops.size()];
        Arrays.fill(local, -1);
        Arrays.fill(family, maskType);
    }

    private static ClassDesc vector(LaneType type) {
        return ClassDesc.of(PACKAGE, type.label() + "Vector");
    }

    /** Pushes the species of a type with this kernel's number of lanes. */
    private void species(LaneType type) {
        code.getstatic(vector(type), "SPECIES_" + type.bits() * key.lanes(), SPECIES);
    }

    private void broadcast(LaneType type) {
        code.invokestatic(vector(type), "broadcast", MethodTypeDesc.of(vector(type), SPECIES, Code.primitive(type)));
    }

    private void call(LaneType type, String name, ClassDesc result, ClassDesc... parameters) {
        code.invokevirtual(vector(type), name, MethodTypeDesc.of(result, parameters));
    }

    private int keep(int value) {
        if (local[value] < 0) {
            local[value] = code.allocateLocal(TypeKind.REFERENCE);
        }
        code.astore(local[value]);
        return local[value];
    }

    /** Code before each inner loop: the inputs that stay on one element. */
    void prepareRow() {
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.LOAD && key.inputs().get((int) op.immediate()).fixed()) {
                species(op.type() == LaneType.BOOL ? maskType : op.type());
                operands.input((int) op.immediate()).start(code);
                Code.arrayLoad(code, op.type());
                if (op.type() == LaneType.BOOL) {
                    code.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
                } else {
                    broadcast(op.type());
                }
                keep(i);
            }
        }
    }

    /**
     * Code of one step.
     *
     * @param index local variable with the inner index
     * @param ahead elements further on
     * @param tail  whether only elements before {@code n} count
     */
    void body(int index, int ahead, boolean tail) {
        masked = tail;
        casts.clear();
        tailMasks.clear();
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.CONSTANT) {
                // Written where it is used: C2 moves it out of the loops, while a vector that is alive across them is
                // sometimes kept as an object too.
                species(op.type());
                Code.constant(code, op.type(), op.immediate());
                broadcast(op.type());
                keep(i);
            } else if (op.code() == LaneOp.Code.LOAD) {
                if (!key.inputs().get((int) op.immediate()).fixed()) {
                    load(op, index, ahead);
                    keep(i);
                }
            } else {
                family[i] = write(op);
                keep(i);
            }
        }
    }

    /** Pushes the mask of the elements before {@code n}. */
    private void tailMask(LaneType type, int index) {
        Integer known = tailMasks.get(type);
        if (known == null) {
            known = code.allocateLocal(TypeKind.REFERENCE);
            tailMasks.put(type, known);
            species(type);
            code.iload(index)
                    .iload(Operands.N)
                    .invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int,
                            CD_int))
                    .astore(known);
        }
        code.aload(known);
    }

    private void load(LaneOp op, int index, int ahead) {
        Operands.Operand operand = operands.input((int) op.immediate());
        if (op.type() == LaneType.BOOL) {
            species(maskType);
            operand.position(code, index, ahead);
            if (masked) {
                elementsLeft(index);
                code.invokestatic(BOOLEANS, "bits", MethodTypeDesc.of(CD_long, BOOLEAN_ARRAY, CD_int, CD_int));
                code.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, SPECIES, CD_long));
            } else {
                code.invokestatic(MASK, "fromArray", MethodTypeDesc.of(MASK, SPECIES, BOOLEAN_ARRAY, CD_int));
            }
        } else {
            loadVector(op.type(), operand, index, ahead);
        }
    }

    /** Pushes how many elements of a vector come before {@code n}: all, but at the end of a row. */
    private void elementsLeft(int index) {
        code.iload(Operands.N)
                .iload(index)
                .isub()
                .loadConstant(key.lanes())
                .invokestatic(Code.MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int));
    }

    private void loadVector(LaneType type, Operands.Operand operand, int index, int ahead) {
        species(type);
        operand.position(code, index, ahead);
        if (masked) {
            tailMask(type, index);
            code.invokestatic(vector(type), "fromArray", MethodTypeDesc.of(vector(type), SPECIES, Code.array(type),
                    CD_int, MASK));
        } else {
            code.invokestatic(vector(type), "fromArray", MethodTypeDesc.of(vector(type), SPECIES, Code.array(type),
                    CD_int));
        }
    }

    /** Pushes a numeric value. */
    private void push(int value) {
        code.aload(local[value]);
    }

    /** Pushes a truth value as a mask of the given type. */
    private void pushMask(int value, LaneType type) {
        if (family[value] == type) {
            code.aload(local[value]);
            return;
        }
        Integer known = casts.get(new Cast(value, type));
        if (known == null) {
            known = code.allocateLocal(TypeKind.REFERENCE);
            casts.put(new Cast(value, type), known);
            code.aload(local[value]);
            species(type);
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
                call(type, op.code().name().toLowerCase(java.util.Locale.ROOT), vector(type), VECTOR);
            }
            case NEG, ABS, SQRT -> {
                push(op.a());
                call(type, op.code().name().toLowerCase(java.util.Locale.ROOT), vector(type));
            }
            case FMA -> {
                push(op.a());
                push(op.b());
                push(op.c());
                call(type, "fma", vector(type), VECTOR, VECTOR);
            }
            case AND, OR, XOR -> {
                push(op.a());
                code.getstatic(OPERATORS, op.code().name(), ASSOCIATIVE);
                push(op.b());
                call(type, "lanewise", vector(type), BINARY, VECTOR);
            }
            case SHL, SHR -> shift(op, type);
            case LT, LE, EQ, NE -> {
                push(op.a());
                code.getstatic(OPERATORS, op.code().name(), COMPARISON);
                push(op.b());
                call(type, "compare", MASK, COMPARISON, VECTOR);
            }
            case BLEND -> {
                push(op.c());
                push(op.b());
                pushMask(op.a(), type);
                call(type, "blend", vector(type), VECTOR, MASK);
            }
            case TO_BITS -> {
                push(op.a());
                boolean wide = type == LaneType.I64;
                call(wide ? LaneType.F64 : LaneType.F32, wide ? "reinterpretAsLongs" : "reinterpretAsInts", vector(
                        type));
            }
            case FROM_BITS -> {
                push(op.a());
                call(type.integral(), type == LaneType.F64 ? "reinterpretAsDoubles" : "reinterpretAsFloats", vector(
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
        call(type, "lanewise", vector(type), BINARY, Code.primitive(type));
    }

    private void convert(LaneType from, int value, LaneType to) {
        push(value);
        code.getstatic(OPERATORS, from.label().charAt(0) + "2" + to.label().charAt(0), CONVERSION);
        species(to);
        code.iconst_0();
        call(from, "convertShape", VECTOR, CONVERSION, SPECIES, CD_int);
        code.checkcast(vector(to));
    }

    /** Where the condition holds in some lane, arguments and results go through an array, and a method replaces results. */
    private void patch(LaneOp op, LaneType type) {
        Label unchanged = code.newLabel();
        int lanes = code.allocateLocal(TypeKind.REFERENCE);
        push(op.c());
        pushMask(op.a(), type);
        code.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean)).ifeq(unchanged);
        code.invokestatic(PATCHES, type == LaneType.F64 ? "doubles" : "floats", MethodTypeDesc.of(Code.array(type)))
                .astore(lanes);
        code.aload(lanes).loadConstant(key.lanes());
        call(type, "intoArray", CD_void, Code.array(type), CD_int);
        push(op.b());
        code.aload(lanes).iconst_0();
        call(type, "intoArray", CD_void, Code.array(type), CD_int);
        pushMask(op.a(), type);
        code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long)).aload(lanes).loadConstant(key.lanes());
        code.loadConstant((int) op.immediate())
                .invokestatic(PATCHES, "apply", MethodTypeDesc.of(CD_void, CD_long, Code.array(type), CD_int, CD_int));
        species(type);
        code.aload(lanes).loadConstant(key.lanes());
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

    /** Code that writes a value of the last body where it belongs, or combines it with what is there. */
    void store(int number, int index, int ahead) {
        KernelKey.Output output = key.outputs().get(number);
        Operands.Operand operand = operands.output(number);
        LaneType type = output.type();
        if (type == LaneType.BOOL) {
            storeMask(output.value(), operand, index, ahead);
            return;
        }
        if (output.mode() == KernelKey.Mode.ACCUMULATE) {
            loadVector(type, operand, index, ahead);
            push(output.value());
            combine(type, output.reduction());
        } else {
            push(output.value());
        }
        put(number, index, ahead);
    }

    /** Writes the vector on the stack where an output belongs. */
    private void put(int number, int index, int ahead) {
        LaneType type = key.outputs().get(number).type();
        operands.output(number).position(code, index, ahead);
        if (masked) {
            tailMask(type, index);
            call(type, "intoArray", CD_void, Code.array(type), CD_int, MASK);
        } else {
            call(type, "intoArray", CD_void, Code.array(type), CD_int);
        }
    }

    private void storeMask(int value, Operands.Operand operand, int index, int ahead) {
        pushMask(value, family[value]);
        if (masked) {
            code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long));
            operand.position(code, index, ahead);
            elementsLeft(index);
            code.invokestatic(BOOLEANS, "store", MethodTypeDesc.of(CD_void, CD_long, BOOLEAN_ARRAY, CD_int, CD_int));
        } else {
            operand.position(code, index, ahead);
            code.invokevirtual(MASK, "intoArray", MethodTypeDesc.of(CD_void, BOOLEAN_ARRAY, CD_int));
        }
    }

    private void combine(LaneType type, @Nullable Reduction reduction) {
        String name = switch (Objects.requireNonNull(reduction)) {
            case SUM -> "add";
            case MAX -> "max";
            case MIN -> "min";
        };
        call(type, name, vector(type), VECTOR);
    }

    /** Sets an accumulator to what is at an output's place. */
    void fetch(int number, int index, int ahead, int accumulator) {
        masked = false;
        loadVector(key.outputs().get(number).type(), operands.output(number), index, ahead);
        code.astore(accumulator);
    }

    /** Puts an accumulator at an output's place. */
    void putBack(int number, int index, int ahead, int accumulator) {
        masked = false;
        code.aload(accumulator);
        put(number, index, ahead);
    }

    /** Sets an accumulator to the reduction's identity. */
    void start(KernelKey.Output output, int accumulator) {
        species(output.type());
        Code.identity(code, output.type(), output.reduction());
        broadcast(output.type());
        code.astore(accumulator);
    }

    /** Combines a value of the last body into an accumulator. */
    void reduce(KernelKey.Output output, int accumulator, int index) {
        code.aload(accumulator);
        if (masked) {
            code.aload(accumulator);
        }
        push(output.value());
        combine(output.type(), output.reduction());
        if (masked) {
            tailMask(output.type(), index);
            call(output.type(), "blend", vector(output.type()), VECTOR, MASK);
        }
        code.astore(accumulator);
    }

    /** Combines one accumulator into another. */
    void join(KernelKey.Output output, int into, int from) {
        code.aload(into).aload(from);
        combine(output.type(), output.reduction());
        code.astore(into);
    }

    /** Pushes one lane of an accumulator. */
    void lane(KernelKey.Output output, int accumulator, int lane) {
        code.aload(accumulator).loadConstant(lane);
        call(output.type(), "lane", Code.primitive(output.type()), CD_int);
    }
}
