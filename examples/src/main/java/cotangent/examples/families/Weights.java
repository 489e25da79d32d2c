package cotangent.examples.families;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** The parameters of a network as they are declared: a name, a shape, and how each is drawn. */
final class Weights {
    private final Map<String, BiFunction<Key, Double, Tensor>> drawn = new LinkedHashMap<>();

    /** A weight of variance {@code (gain · scale)² / fanIn}. */
    Weights normal(String name, double gain, int fanIn, int... extents) {
        drawn.put(name, (key, scale) -> key.normal(Shape.of(extents), DType.F64)
                .times(gain * scale / Math.sqrt(fanIn)));
        return this;
    }

    /** A vector of one number. */
    Weights constant(String name, double value, int size) {
        drawn.put(name, (key, scale) -> Tensor.zeros(DType.F64, size).plus(value));
        return this;
    }

    /** All of them; number i is drawn from {@code key.fold(i)}. */
    Params draw(Key key, double scale) {
        Map<String, Tensor> entries = new LinkedHashMap<>();
        drawn.forEach((name, draw) -> entries.put(name, draw.apply(key.fold(entries.size()), scale)));
        return Params.of(entries);
    }
}
