package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a second core brings to work of more than a millisecond; the peer is Cotangent on one core. */
final class ScalingSuite {
    private static final double TARGET = 1.7;
    private static final int CORES = 2;
    private static final String ONE_CORE = "one core";

    private ScalingSuite() {}

    static Suite create() {
        List<Case> cases = new ArrayList<>();
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            GemmShape shape = GemmShape.square(dtype, 1024);
            cases.add(new SecondCore(shape.title(), GemmBenchmark.class, Map.of("routine", Side.OURS, "shape", shape
                    .toString())));
        }
        cases.add(product("784-512-512-10", "f32", 256, 1));
        cases.add(product("784-512-512-10", "f32", 256, 16));
        cases.add(product("49-32-32-10", "f64", 200, 64));
        return new Suite("scaling", "Cotangent on two cores against Cotangent on one", cases);
    }

    private static Case product(String widths, String dtype, int samples, int vectors) {
        return new SecondCore("K·v %s %s N=%d k=%d".formatted(widths, dtype, samples, vectors), ProductBenchmark.class,
                Map.of(
                        "widths", widths, "dtype", dtype, "samples", Integer.toString(samples), "vectors",
                        Integer.toString(
                                vectors)));
    }

    /**
     * The same work twice.
     *
     * @param name       what it is
     * @param benchmark  does it
     * @param parameters says how much of it
     */
    private record SecondCore(String name, Class<?> benchmark, Map<String, String> parameters) implements Case {
        @Override
        public List<Row> run(Settings settings) {
            if (Runtime.getRuntime().availableProcessors() < CORES) {
                throw new InvalidDataException("scaling: expected two processors or more, and there is one");
            }
            Map<String, Side> sides = new Rounds(name, settings).with(Side.OURS, () -> on(CORES, Side.OURS, settings))
                    .with(
                            ONE_CORE, () -> on(1, ONE_CORE, settings))
                    .run();
            return List.of(new Row(name + ", two cores", Measure.microsPer("call", 1), sides.get(Side.OURS), sides.get(
                    ONE_CORE), TARGET));
        }

        private Side on(int cores, String title, Settings settings) {
            return new Side(title, Jmh.run(benchmark, parameters, 1, settings.onCores(cores)));
        }
    }
}
