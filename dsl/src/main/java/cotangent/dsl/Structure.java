package cotangent.dsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The form of a tree without its values: what a function is traced for. Equality is by value. */
public sealed interface Structure {
    /** One tensor. */
    record Leaf(TensorType type) implements Structure {
        @Override
        public String toString() {
            return type.toString();
        }
    }

    /** Named entries, in order. */
    record Named(List<String> names, List<Structure> children) implements Structure {
        /** The structure with the map's entries, in its order. */
        static Named of(Map<String, Structure> entries) {
            return new Named(List.copyOf(entries.keySet()), List.copyOf(entries.values()));
        }

        /**
         * Where a name stands.
         *
         * @throws ShapeException naming the names there are
         */
        int position(String name) {
            int position = names.indexOf(name);
            if (position < 0) {
                throw new ShapeException(
                        "no entry named \"%s\"; there are %s".formatted(name, String.join(", ", names)));
            }
            return position;
        }

        @Override
        public String toString() {
            return IntStream.range(0, names.size())
                    .mapToObj(i -> names.get(i) + ": " + children.get(i))
                    .collect(
                            Collectors.joining(", ", "{", "}"));
        }
    }

    /** Entries by position. */
    record Tuple(List<Structure> children) implements Structure {
        /** The structure with the given entries. */
        static Tuple of(List<Structure> children) {
            return new Tuple(List.copyOf(children));
        }

        @Override
        public String toString() {
            return children.stream().map(Structure::toString).collect(Collectors.joining(", ", "(", ")"));
        }
    }

    /** The structures of the entries; none for a leaf. */
    default List<Structure> children() {
        return List.of();
    }

    /** Number of tensors in the tree. */
    default int leafCount() {
        return this instanceof Leaf ? 1 : children().stream().mapToInt(Structure::leafCount).sum();
    }

    /** The types of the tree's tensors, in order. */
    default List<TensorType> types() {
        return this instanceof Leaf leaf
                ? List.of(leaf.type())
                : children().stream()
                        .flatMap(child -> child.types()
                                .stream())
                        .toList();
    }

    /** A tree of this structure (tensors' types may differ) with the given tensors as its leaves. */
    default Tree build(List<Tensor> leaves) {
        return switch (this) {
            case Leaf ignored -> leaves.getFirst();
            case Tuple tuple -> new cotangent.dsl.Tuple(buildChildren(leaves));
            case Named named -> {
                List<Tree> trees = buildChildren(leaves);
                Map<String, Tree> entries = new LinkedHashMap<>();
                for (int i = 0; i < trees.size(); i++) {
                    entries.put(named.names().get(i), trees.get(i));
                }
                yield Params.of(entries);
            }
        };
    }

    private List<Tree> buildChildren(List<Tensor> leaves) {
        List<Tree> trees = new ArrayList<>();
        int from = 0;
        for (Structure child : children()) {
            trees.add(child.build(leaves.subList(from, from + child.leafCount())));
            from += child.leafCount();
        }
        return trees;
    }
}
