package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * An array type of TornadoVM.
 *
 * @param type    the type
 * @param element its elements
 * @param label   the elements in the names of methods
 */
record DeviceArray(ClassDesc type, ClassDesc element, String label) {
    static final DeviceArray FLOATS = named("FloatArray", ConstantDescs.CD_float, "Float");
    static final DeviceArray DOUBLES = named("DoubleArray", ConstantDescs.CD_double, "Double");
    static final DeviceArray INTS = named("IntArray", ConstantDescs.CD_int, "Int");
    static final DeviceArray BYTES = named("ByteArray", ConstantDescs.CD_byte, "Byte");

    private static DeviceArray named(String name, ClassDesc element, String label) {
        return new DeviceArray(ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays", name), element, label);
    }

    /** The array that elements of a dtype live in. */
    static DeviceArray of(DType dtype) {
        return switch (dtype) {
            case F32 -> FLOATS;
            case F64 -> DOUBLES;
            case I32 -> INTS;
            case BOOL -> BYTES;
        };
    }

    /** Pushes the element of the array and index on the stack. */
    void get(CodeBuilder code) {
        code.invokevirtual(type, "get", MethodTypeDesc.of(element, ConstantDescs.CD_int));
    }

    /** Stores the value on the stack above an array and an index. */
    void set(CodeBuilder code) {
        if (equals(BYTES)) {
            code.i2b();
        }
        code.invokevirtual(type, "set", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, element));
    }

    /** Pushes a fresh array in the local memory of a work group, whose context is on the stack. */
    static void allocateLocal(CodeBuilder code, DType dtype, int size) {
        DeviceArray array = of(dtype);
        code.loadConstant(size)
                .invokevirtual(KernelCode.CONTEXT, "allocate" + array.label + "LocalArray", MethodTypeDesc.of(
                        array.element.arrayType(), ConstantDescs.CD_int));
    }
}
