package cotangent.spec.bench;

import cotangent.dsl.InvalidDataException;
import java.util.List;
import java.util.ServiceLoader;

/** Cotangent's decompositions and those of the peers on the class path. */
final class DecompositionRoutines {
    private DecompositionRoutines() {}

    /** Those of peers. */
    static List<DecompositionRoutine> peers() {
        return ServiceLoader.load(DecompositionRoutine.class, DecompositionRoutine.class.getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    static DecompositionRoutine named(String name) {
        return name.equals(Side.OURS)
                ? new CotangentDecompositions()
                : peers().stream()
                        .filter(peer -> peer.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new InvalidDataException(
                                "no decompositions named \"" + name + "\" on the class path"));
    }
}
