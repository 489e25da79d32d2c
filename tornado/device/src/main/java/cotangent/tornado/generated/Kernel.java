package cotangent.tornado.generated;

/**
 * The name of every generated kernel. TornadoVM reads the class file that the system class loader finds under a kernel's
 * name for annotations; it finds this one, which has none.
 */
public final class Kernel {
    private Kernel() {}
}
