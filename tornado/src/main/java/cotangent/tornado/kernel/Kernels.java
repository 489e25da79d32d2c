package cotangent.tornado.kernel;

import static java.lang.constant.ConstantDescs.CD_void;

import cotangent.dsl.DType;
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
import java.util.function.Consumer;
import java.util.stream.IntStream;

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

    /** A kernel that takes arrays only and changes nothing: for graphs that only move arrays, since a graph needs a task. */
    public static DeviceKernel touching(List<DType> dtypes) {
        ClassDesc kernel = ClassDesc.of(DeviceKernel.KERNEL);
        List<ClassDesc> parameters = dtypes.stream().map(dtype -> DeviceArray.of(dtype).type()).toList();
        List<String> names = IntStream.range(0, dtypes.size()).mapToObj(i -> "array" + i).toList();
        MethodTypeDesc signature = MethodTypeDesc.of(CD_void, parameters);
        byte[] bytes = kernel(kernel, signature, code -> {
            Label begin = code.newBoundLabel();
            for (int i = 0; i < dtypes.size(); i++) {
                DeviceArray array = DeviceArray.of(dtypes.get(i));
                code.aload(i).iconst_0().aload(i).iconst_0();
                array.get(code);
                array.set(code);
            }
            code.return_();
            variables(code, names, parameters, begin);
        });
        return new DeviceKernel("touch", false, bytes, task(kernel, signature, names, parameters));
    }

    private static byte[] kernel(ClassDesc kernel, MethodTypeDesc signature, Consumer<CodeBuilder> body) {
        return ClassFile.of()
                .build(kernel, type -> type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withMethodBody(METHOD, signature, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, body));
    }

    private static DeviceKernel write(KernelSpec spec, Dialect dialect) {
        ClassDesc kernel = ClassDesc.of(DeviceKernel.KERNEL);
        List<ClassDesc> parameters = new ArrayList<>();
        parameters.add(KernelCode.CONTEXT);
        for (int i = 1; i < FIXED.size(); i++) {
            parameters.add(DeviceArray.INTS.type());
        }
        spec.parameters().forEach(dtype -> parameters.add(DeviceArray.of(dtype).type()));
        List<String> names = IntStream.range(0, parameters.size()).mapToObj(Kernels::name).toList();
        MethodTypeDesc signature = MethodTypeDesc.of(CD_void, parameters);
        byte[] bytes = kernel(kernel, signature, code -> {
            Label begin = code.newBoundLabel();
            spec.write(new KernelCode(code, dialect));
            code.return_();
            variables(code, names, parameters, begin);
        });
        return new DeviceKernel(spec.label(), spec.mayFail(), bytes, task(kernel, signature, names, parameters));
    }

    private static String name(int parameter) {
        return parameter < FIXED.size() ? FIXED.get(parameter) : "array" + (parameter - FIXED.size());
    }

    /** The parameters' entries of a LocalVariableTable, which TornadoVM's compiler looks for. */
    private static void variables(CodeBuilder code, List<String> names, List<ClassDesc> types, Label begin) {
        Label end = code.newBoundLabel();
        for (int i = 0; i < types.size(); i++) {
            code.localVariable(i, names.get(i), types.get(i), begin, end);
        }
    }

    private static byte[] task(ClassDesc kernel, MethodTypeDesc signature, List<String> names, List<ClassDesc> fields) {
        ClassDesc task = ClassDesc.of(DeviceKernel.TASK);
        return ClassFile.of().build(task, type -> {
            // First, since whoever looks for the call reads one byte of its number only.
            type.constantPool().methodRefEntry(kernel, METHOD, signature);
            type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(TASK_TYPE);
            for (int i = 0; i < fields.size(); i++) {
                type.withField(names.get(i), fields.get(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            }
            type.withMethodBody("apply", ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC, code -> {
                for (int i = 0; i < fields.size(); i++) {
                    code.aload(0).getfield(task, names.get(i), fields.get(i));
                }
                code.invokestatic(kernel, METHOD, signature).return_();
            });
            type.withMethodBody(ConstantDescs.INIT_NAME, signature, ClassFile.ACC_PUBLIC, code -> {
                code.aload(0)
                        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME,
                                ConstantDescs.MTD_void);
                for (int i = 0; i < fields.size(); i++) {
                    code.aload(0).aload(i + 1).putfield(task, names.get(i), fields.get(i));
                }
                code.return_();
            });
        });
    }
}
