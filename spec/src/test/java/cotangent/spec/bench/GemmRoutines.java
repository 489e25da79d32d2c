package cotangent.spec.bench;

import cotangent.dsl.InvalidDataException;
import java.util.List;
import java.util.ServiceLoader;

/** Cotangent's matrix product and those of the peers on the class path. */
final class GemmRoutines {
    private GemmRoutines() {}

    /** Those of peers. */
    static List<GemmRoutine> peers() {
        return ServiceLoader.load(GemmRoutine.class, GemmRoutine.class.getClassLoader()).stream().map(
                ServiceLoader.Provider::get).toList();
    }

    static GemmRoutine named(String name) {
        return name.equals(Side.OURS)
                ? new CotangentGemm()
                : peers().stream().filter(peer -> peer.name().equals(name)).findFirst().orElseThrow(
                        () -> new InvalidDataException("no matrix product named \"" + name + "\" on the class path"));
    }
}
