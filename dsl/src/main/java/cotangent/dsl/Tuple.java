package cotangent.dsl;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Trees by position.
 *
 * @param parts the entries
 */
public record Tuple(List<Tree> parts) implements Tree {
    private static final int LONGEST = 900;

    /** Copies the list. */
    public Tuple {
        parts = List.copyOf(parts);
    }

    /** The entry at a position. */
    public Tree get(int position) {
        return parts.get(position);
    }

    /** Number of entries. */
    public int size() {
        return parts.size();
    }

    @Override
    public Structure structure() {
        return Structure.Tuple.of(parts.stream().map(Tree::structure).toList());
    }

    @Override
    public List<Tensor> leaves() {
        return parts.stream().flatMap(part -> part.leaves().stream()).toList();
    }

    @Override
    public String toString() {
        String text = parts.stream().map(Tree::toString).collect(Collectors.joining(",\n ", "(", ")"));
        return text.length() <= LONGEST ? text : structure().toString();
    }
}
