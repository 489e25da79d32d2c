package cotangent.dsl.simd;

import static java.lang.constant.ConstantDescs.CD_boolean;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Names of the Vector API, and calls of it that a kernel's other writers share. */
final class VectorCode {
    private static final String PACKAGE = "jdk.incubator.vector";
    static final ClassDesc VECTOR = ClassDesc.of(PACKAGE, "Vector");
    static final ClassDesc MASK = ClassDesc.of(PACKAGE, "VectorMask");
    static final ClassDesc SPECIES = ClassDesc.of(PACKAGE, "VectorSpecies");
    static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE, "VectorOperators");
    static final ClassDesc BINARY = OPERATORS.nested("Binary");
    static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
    static final ClassDesc BOOLEAN_ARRAY = CD_boolean.arrayType();

    private final CodeBuilder code;
    private final int lanes;

    VectorCode(CodeBuilder code, int lanes) {
        this.code = code;
        this.lanes = lanes;
    }

    static ClassDesc vector(LaneType type) {
        return ClassDesc.of(PACKAGE, type.label() + "Vector");
    }

    /** Pushes the species of a type with this kernel's number of lanes. */
    void species(LaneType type) {
        code.getstatic(vector(type), "SPECIES_" + type.bits() * lanes, SPECIES);
    }

    /** Replaces the species and the element on the stack by a vector of that element. */
    void broadcast(LaneType type) {
        code.invokestatic(vector(type), "broadcast", MethodTypeDesc.of(vector(type), SPECIES, Code.primitive(type)));
    }

    /** Calls a method of a type's vector class on what is on the stack. */
    void call(LaneType type, String name, ClassDesc result, ClassDesc... parameters) {
        code.invokevirtual(vector(type), name, MethodTypeDesc.of(result, parameters));
    }
}
