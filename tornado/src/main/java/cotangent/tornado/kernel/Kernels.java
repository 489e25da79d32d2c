package cotangent.tornado.kernel;

import static java.lang.constant.ConstantDescs.CD_void;

import cotangent.tornado.device.DeviceKernel;
import cotangent.tornado.device.Dialect;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes kernels, once per spec and dialect; the most recently used ones are kept. */
public final class Kernels {
    /** The kernel's method; a method named kernel is refused by TornadoVM. */
    static final String METHOD = "compute";
    private static final ClassDesc TASK_TYPE = ClassDesc.of("uk.ac.manchester.tornado.api.common",
            "TornadoFunctions$Task");
    private static final List<String> FIXED = List.of("context", "geometry", "clock", "status");
    private static final int KEPT = 2_000;

    private record Key(KernelSpec spec, Dialect dialect) {}

    private static final Map<Key, DeviceKernel> MADE = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, DeviceKernel> eldest) {
            return size() > KEPT;
        }
    };

    private Kernels() {}

    /** The kernel of a spec in a dialect. */
    public static synchronized DeviceKernel of(KernelSpec spec, Dialect dialect) {
        return MADE.computeIfAbsent(new Key(spec, dialect), key -> write(spec, dialect));
    }

    private static DeviceKernel write(KernelSpec spec, Dialect dialect) {
        ClassDesc kernel = ClassDesc.of(DeviceKernel.KERNEL);
        ClassDesc task = ClassDesc.of(DeviceKernel.TASK);
        List<ClassDesc> parameters = new ArrayList<>();
        parameters.add(KernelCode.CONTEXT);
        for (int i = 1; i < FIXED.size(); i++) {
            parameters.add(DeviceArray.INTS.type());
        }
        spec.parameters().forEach(dtype -> parameters.add(DeviceArray.of(dtype).type()));
        MethodTypeDesc signature = MethodTypeDesc.of(CD_void, parameters);
        byte[] kernelBytes = ClassFile.of()
                .build(kernel, type -> type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withMethodBody(METHOD, signature, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                code -> body(code,
                                        spec, dialect, parameters)));
        return new DeviceKernel(spec.label(), spec.mayFail(), kernelBytes, task(task, kernel, signature, parameters));
    }

    private static String name(int parameter) {
        return parameter < FIXED.size() ? FIXED.get(parameter) : "array" + (parameter - FIXED.size());
    }

    /** The body within the parameters' entries of a LocalVariableTable, which TornadoVM's compiler looks for. */
    private static void body(CodeBuilder code, KernelSpec spec, Dialect dialect, List<ClassDesc> parameters) {
        Label begin = code.newBoundLabel();
        spec.write(new KernelCode(code, dialect));
        code.return_();
        Label end = code.newBoundLabel();
        for (int i = 0; i < parameters.size(); i++) {
            code.localVariable(i, name(i), parameters.get(i), begin, end);
        }
    }

    private static byte[] task(ClassDesc task, ClassDesc kernel, MethodTypeDesc signature, List<ClassDesc> fields) {
        return ClassFile.of().build(task, type -> {
            // First, since whoever looks for the call reads one byte of its number only.
            type.constantPool().methodRefEntry(kernel, METHOD, signature);
            type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(TASK_TYPE);
            for (int i = 0; i < fields.size(); i++) {
                type.withField(name(i), fields.get(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            }
            type.withMethodBody("apply", ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC, code -> {
                for (int i = 0; i < fields.size(); i++) {
                    code.aload(0).getfield(task, name(i), fields.get(i));
                }
                code.invokestatic(kernel, METHOD, signature).return_();
            });
            type.withMethodBody(ConstantDescs.INIT_NAME, signature, ClassFile.ACC_PUBLIC, code -> {
                code.aload(0)
                        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME,
                                ConstantDescs.MTD_void);
                for (int i = 0; i < fields.size(); i++) {
                    code.aload(0).aload(i + 1).putfield(task, name(i), fields.get(i));
                }
                code.return_();
            });
        });
    }
}
