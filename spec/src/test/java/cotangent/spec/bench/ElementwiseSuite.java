package cotangent.spec.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Elementary functions on a tensor that fits into a core's first cache. */
final class ElementwiseSuite {
    private static final int ELEMENTS = 4096;

    private ElementwiseSuite() {}

    static Suite create() {
        List<Case> cases = new ArrayList<>();
        for (String function : List.of("tanh", "exp", "log", "sigmoid", "expm1", "log1p", "sin", "cos")) {
            for (String dtype : List.of("f32", "f64")) {
                cases.add(new Function(function, dtype));
            }
        }
        return new Suite("elementwise", "elementary functions on 4,096 elements against NumPy", cases);
    }

    /**
     * One function.
     *
     * @param function what NumPy and Cotangent call it
     * @param dtype    f32 or f64
     */
    private record Function(String function, String dtype) implements Case {
        private static final String PEER = "NumPy";

        @Override
        public String name() {
            return function + " " + dtype;
        }

        @Override
        public List<Row> run(Settings settings) {
            Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> ours(settings))
                    .with(PEER,
                            () -> PythonPeer.run("elementwise_numpy.py",
                                    List.of(function, dtype, Integer.toString(ELEMENTS)),
                                    settings))
                    .run();
            return List.of(new Row(name(), Measure.nanosPer("element", ELEMENTS), sides.get(Side.OURS), sides.get(
                    PEER), 1));
        }

        private Side ours(Settings settings) {
            return new Side(Side.OURS, Jmh.run(ElementwiseBenchmark.class, Map.of("function", function, "dtype",
                    dtype, "elements", Integer.toString(ELEMENTS)), 1, settings));
        }
    }
}
