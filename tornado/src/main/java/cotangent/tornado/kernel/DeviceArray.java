package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** The array types of TornadoVM that elements of each dtype live in. */
enum DeviceArray {
    FLOATS("FloatArray", ConstantDescs.CD_float, "Float"), DOUBLES("DoubleArray", ConstantDescs.CD_double,
            "Double"), INTS(
                    "IntArray", ConstantDescs.CD_int, "Int"), BYTES("ByteArray", ConstantDescs.CD_byte, "Byte");

    private final ClassDesc type;
    private final MethodTypeDesc get;
    private final MethodTypeDesc set;
    private final ClassDesc element;
    private final String label;

    DeviceArray(String name, ClassDesc element, String label) {
        this.type = ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays", name);
        this.element = element;
        this.get = MethodTypeDesc.of(element, ConstantDescs.CD_int);
        this.set = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, element);
        this.label = label;
    }

    static DeviceArray of(DType dtype) {
        return switch (dtype) {
            case F32 -> FLOATS;
            case F64 -> DOUBLES;
            case I32 -> INTS;
            case BOOL -> BYTES;
        };
    }

    ClassDesc type() {
        return type;
    }

    /** Pushes the element of the array and index on the stack. */
    void get(CodeBuilder code) {
        code.invokevirtual(type, "get", get);
    }

    /** Stores the value on the stack above an array and an index. */
    void set(CodeBuilder code) {
        if (this == BYTES) {
            code.i2b();
        }
        code.invokevirtual(type, "set", set);
    }

    /** Pushes a fresh array in the local memory of a work group, whose context is on the stack. */
    static void allocateLocal(CodeBuilder code, DType dtype, int size) {
        DeviceArray array = of(dtype);
        code.loadConstant(size)
                .invokevirtual(KernelCode.CONTEXT, "allocate" + array.label + "LocalArray", MethodTypeDesc.of(
                        array.element.arrayType(), ConstantDescs.CD_int));
    }

    static LaneType lane(DType dtype) {
        return LaneType.of(dtype);
    }
}
