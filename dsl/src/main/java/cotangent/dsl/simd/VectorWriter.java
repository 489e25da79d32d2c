package cotangent.dsl.simd;

import static cotangent.dsl.simd.VectorCode.BOOLEAN_ARRAY;
import static cotangent.dsl.simd.VectorCode.MASK;
import static cotangent.dsl.simd.VectorCode.SPECIES;
import static cotangent.dsl.simd.VectorCode.VECTOR;
import static cotangent.dsl.simd.VectorCode.vector;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cotangent.dsl.ir.Reduction;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a kernel's vector form: loads, what is computed, and stores and reductions. */
final class VectorWriter {
    private static final ClassDesc BOOLEANS = BooleanLanes.class.describeConstable().orElseThrow();

    private final CodeBuilder code;
    private final KernelKey key;
    private final List<LaneOp> ops;
    private final Operands operands;
    private final VectorCode vectors;
    private final VectorArithmetic arithmetic;
    private final Map<LaneType, Integer> tailMasks = new HashMap<>();
    private boolean masked;

    VectorWriter(CodeBuilder code, KernelKey key, Operands operands) {
        this.code = code;
        this.key = key;
        this.ops = key.program().ops();
        this.operands = operands;
        this.vectors = new VectorCode(code, key.lanes());
        this.arithmetic = new VectorArithmetic(code, key, vectors);
    }

    /** Code before each inner loop: the inputs that stay on one element. */
    void prepareRow() {
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.LOAD && key.inputs().get((int) op.immediate()).fixed()) {
                vectors.species(op.type() == LaneType.BOOL ? arithmetic.maskType() : op.type());
                operands.input((int) op.immediate()).start(code);
                Code.arrayLoad(code, op.type());
                if (op.type() == LaneType.BOOL) {
                    code.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
                } else {
                    vectors.broadcast(op.type());
                }
                arithmetic.keep(i);
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
        arithmetic.begin();
        tailMasks.clear();
        for (int i = 0; i < ops.size(); i++) {
            LaneOp op = ops.get(i);
            if (op.code() == LaneOp.Code.CONSTANT) {
                arithmetic.constant(i);
            } else if (op.code() == LaneOp.Code.LOAD) {
                if (!key.inputs().get((int) op.immediate()).fixed()) {
                    load(op, index, ahead);
                    arithmetic.keep(i);
                }
            } else {
                arithmetic.instruction(i);
            }
        }
    }

    /** Pushes the mask of the elements before {@code n}. */
    private void tailMask(LaneType type, int index) {
        Integer known = tailMasks.get(type);
        if (known == null) {
            known = code.allocateLocal(TypeKind.REFERENCE);
            tailMasks.put(type, known);
            vectors.species(type);
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
            vectors.species(arithmetic.maskType());
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
        vectors.species(type);
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
            arithmetic.push(output.value());
            combine(type, output.reduction());
        } else {
            arithmetic.push(output.value());
        }
        put(number, index, ahead);
    }

    /** Writes the vector on the stack where an output belongs. */
    private void put(int number, int index, int ahead) {
        LaneType type = key.outputs().get(number).type();
        operands.output(number).position(code, index, ahead);
        if (masked) {
            tailMask(type, index);
            vectors.call(type, "intoArray", CD_void, Code.array(type), CD_int, MASK);
        } else {
            vectors.call(type, "intoArray", CD_void, Code.array(type), CD_int);
        }
    }

    private void storeMask(int value, Operands.Operand operand, int index, int ahead) {
        arithmetic.pushMask(value, arithmetic.family(value));
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
        vectors.call(type, name, vector(type), VECTOR);
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
        vectors.species(output.type());
        Code.identity(code, output.type(), output.reduction());
        vectors.broadcast(output.type());
        code.astore(accumulator);
    }

    /** Combines a value of the last body into an accumulator. */
    void reduce(KernelKey.Output output, int accumulator, int index) {
        code.aload(accumulator);
        if (masked) {
            code.aload(accumulator);
        }
        arithmetic.push(output.value());
        combine(output.type(), output.reduction());
        if (masked) {
            tailMask(output.type(), index);
            vectors.call(output.type(), "blend", vector(output.type()), VECTOR, MASK);
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
        vectors.call(output.type(), "lane", Code.primitive(output.type()), CD_int);
    }
}
