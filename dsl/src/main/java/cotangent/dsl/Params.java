package cotangent.dsl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's parameters: ordered names to tensors, or to further named groups; immutable. */
public final class Params implements Tree {
    private final Map<String, Tree> entries;

    private Params(Map<String, Tree> entries) {
        this.entries = entries;
    }

    /** Parameters with the map's entries, in its order. */
    public static Params of(Map<String, ? extends Tree> entries) {
        return new Params(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
    }

    /** Parameters with one entry; more with {@link #with}. */
    public static Params of(String name, Tree value) {
        return of(Map.of(name, value));
    }

    /** These parameters with an entry added at the end, or replaced where it stands. */
    public Params with(String name, Tree value) {
        Map<String, Tree> copy = new LinkedHashMap<>(entries);
        copy.put(name, value);
        return of(copy);
    }

    /** The names, in order. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** The entries, in order. */
    public Map<String, Tree> entries() {
        return entries;
    }

    /**
     * The tensor with a name; a dotted name reaches into groups.
     *
     * @throws ShapeException if there is none, naming those there are
     */
    public Tensor get(String name) {
        return entry(name).asTensor();
    }

    /**
     * The tensor or group with a name; a dotted name reaches into groups.
     *
     * @throws ShapeException if there is none, naming those there are
     */
    public Tree entry(String name) {
        Tree value = entries.get(name);
        if (value != null) {
            return value;
        }
        int dot = name.indexOf('.');
        if (dot > 0 && entries.get(name.substring(0, dot)) instanceof Params group) {
            return group.entry(name.substring(dot + 1));
        }
        throw new ShapeException("no parameter named \"%s\"; there are %s".formatted(name, String.join(", ", entries
                .keySet())));
    }

    /** Number of scalar parameters. */
    public int size() {
        return Shape.extentOf(leaves().stream().mapToLong(leaf -> leaf.shape().size()).sum());
    }

    /**
     * All parameters as one vector, entry after entry, each in row-major order.
     *
     * @throws ShapeException if dtypes differ or there is no entry
     */
    public Tensor flatten() {
        return Joining.concat(0, leaves().stream().map(Tensor::flatten).toList());
    }

    /**
     * The inverse of {@link #flatten}: parameters of this structure with the values of a vector.
     *
     * @throws ShapeException if the vector's length is not {@link #size}
     */
    public Params unflatten(Tensor vector) {
        if (vector.rank() != 1 || vector.shape().size() != size()) {
            throw new ShapeException("unflatten: expected [%d], got %s".formatted(size(), vector.shape()));
        }
        List<Tensor> leaves = new ArrayList<>();
        int from = 0;
        for (Tensor leaf : leaves()) {
            int to = from + leaf.shape().size();
            leaves.add(vector.slice(0, from, to).reshape(leaf.shape()));
            from = to;
        }
        return structure().build(leaves).asParams();
    }

    @Override
    public Structure structure() {
        Map<String, Structure> structures = new LinkedHashMap<>();
        entries.forEach((name, entry) -> structures.put(name, entry.structure()));
        return Structure.Named.of(structures);
    }

    @Override
    public List<Tensor> leaves() {
        return entries.values().stream().flatMap(entry -> entry.leaves().stream()).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Params that && names().equals(that.names()) && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return "params " + structure() + ", " + size() + " numbers";
    }
}
