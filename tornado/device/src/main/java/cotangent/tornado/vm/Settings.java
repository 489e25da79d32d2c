package cotangent.tornado.vm;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What TornadoVM has to be told before it starts, where the command line says nothing else. It reads these properties once, so
 * they do nothing in a process in which it has been used already.
 */
final class Settings {
    private static final Map<String, String> PROPERTIES = new LinkedHashMap<>();

    static {
        // What does not compile is an error; by itself it runs as Java, silently and on one work item.
        PROPERTIES.put("tornado.recover.bailout", "False");
        // No native_sin, native_cos and native_sqrt, whose accuracy nobody promises; no rsqrt in place of 1 / sqrt.
        PROPERTIES.put("tornado.enable.nativeFunctions", "False");
        PROPERTIES.put("tornado.enable.mathOptimizations", "False");
        PROPERTIES.put("tornado.enable.fastMathOptimizations", "False");
        // Neither fast nor relaxed: NaN, infinity, signed zeros and the last digits count.
        PROPERTIES.put("tornado.opencl.compiler.flags", "-w");
        // A task graph of 200 launches does not fit the default.
        PROPERTIES.put("tornado.tvm.maxbytecodesize", "65536");
    }

    private Settings() {}

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
