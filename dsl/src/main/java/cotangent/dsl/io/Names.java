package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nested parameters as files know them, which is flat: the names on the way to a tensor, joined by dots. */
final class Names {
    private static final int MOST_GROUPS = 32;
    private static final int LONGEST = 1_000;

    private Names() {}

    /**
     * The tensors of the parameters under their dotted names, in order.
     *
     * @throws InvalidDataException if a name is unusable or would come twice, or an entry is a tuple
     */
    static Map<String, Tensor> flatten(Params params, String file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        flatten(params, "", 1, file, tensors);
        // What could not be read back is not written.
        nest(tensors, file);
        return tensors;
    }

    private static void flatten(Params params, String prefix, int depth, String file, Map<String, Tensor> tensors) {
        if (depth > MOST_GROUPS) {
            throw tooDeep(file, prefix);
        }
        params.entries().forEach((key, entry) -> {
            String name = prefix + key;
            switch (entry) {
                case Tensor tensor -> {
                    if (tensors.put(name, tensor) != null) {
                        throw new InvalidDataException(file + ": expected each name once, got " + Quote.of(name)
                                + " twice");
                    }
                }
                case Params group -> flatten(group, name + ".", depth + 1, file, tensors);
                case Tuple ignored -> throw new InvalidDataException(file
                        + ": expected tensors and named groups, got a tuple at " + Quote.of(name) + "; name its parts");
            }
        });
    }

    /**
     * Parameters in groups by the dots in their names; a group stands where its first tensor does.
     *
     * @throws InvalidDataException if a name is unusable, or is that of a tensor and of a group
     */
    static Params nest(Map<String, Tensor> tensors, String file) {
        Group root = new Group(new LinkedHashMap<>());
        tensors.forEach((name, tensor) -> root.add(name, split(name, file), tensor, file));
        return root.params();
    }

    private static List<String> split(String name, String file) {
        if (name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidDataException(file + ": expected names of at most " + LONGEST
                    + " printable characters, got " + Quote.of(name));
        }
        List<String> parts = List.of(name.split("\\.", -1));
        if (parts.contains("")) {
            throw new InvalidDataException(file + ": expected a name, or names joined by dots, got " + Quote.of(name));
        }
        if (parts.size() > MOST_GROUPS) {
            throw tooDeep(file, name);
        }
        return parts;
    }

    private static InvalidDataException tooDeep(String file, String name) {
        return new InvalidDataException(file + ": expected groups at most " + MOST_GROUPS + " deep, got " + Quote.of(
                name));
    }

    /** A node of the tree of names: a group under construction, or a tensor. */
    private sealed interface Entry {}

    private record Leaf(Tensor tensor) implements Entry {}

    private record Group(Map<String, Entry> entries) implements Entry {
        void add(String name, List<String> parts, Tensor tensor, String file) {
            String key = parts.getFirst();
            boolean leaf = parts.size() == 1;
            Entry entry = entries.computeIfAbsent(key, ignored -> leaf ? new Leaf(tensor)
                    : new Group(new LinkedHashMap<>()));
            if (leaf != entry instanceof Leaf) {
                throw new InvalidDataException(file + ": expected a tensor or a group under one name, got both at "
                        + Quote.of(name));
            }
            if (entry instanceof Group group) {
                group.add(name, parts.subList(1, parts.size()), tensor, file);
            }
        }

        Params params() {
            Map<String, Tree> trees = new LinkedHashMap<>();
            entries.forEach((key, entry) -> trees.put(key, switch (entry) {
                case Leaf leaf -> leaf.tensor();
                case Group group -> group.params();
            }));
            return Params.of(trees);
        }
    }
}
