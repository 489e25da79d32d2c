package cotangent.dsl;

import java.util.ArrayList;
import java.util.List;

/**
 * Prints tensors as NumPy does, in under {@value #LIMIT} characters.
 *
 * <p>All elements are shown if they fit; otherwise the head and tail of every axis, as many as fit; for ranks so high
 * that even one from each end is too much, the head alone; and at last the type alone.
 */
final class TensorFormat {
    /** Longest text, exclusive: what JShell shows of a value without cutting it. */
    static final int LIMIT = 1_000;
    /** Where rows are broken, as in NumPy. */
    private static final int LINE = 75;
    private static final int MOST_ELEMENTS = 1_000;
    private static final int MOST_EXTENTS = 32;
    private static final List<Excerpt> EXCERPTS = List.of(new Excerpt(MOST_ELEMENTS, 0), new Excerpt(3, 3), new Excerpt(
            2, 2), new Excerpt(1, 1), new Excerpt(1, 0));

    /** How many elements are shown of the head and of the tail of each axis. */
    private record Excerpt(int head, int tail) {
        boolean cuts(int extent) {
            return extent > head + tail;
        }

        int shown(int extent) {
            return Math.min(extent, head + tail);
        }

        /** The index of the {@code i}-th element shown. */
        int index(int i, int extent) {
            return i < head || !cuts(extent) ? i : extent - tail + (i - head);
        }
    }

    private final Shape shape;
    private final int[] strides;
    private final Excerpt excerpt;
    private final StringBuilder text = new StringBuilder();
    private List<String> elements = List.of();
    private int next;

    private TensorFormat(Shape shape, Excerpt excerpt) {
        this.shape = shape;
        this.strides = shape.strides();
        this.excerpt = excerpt;
    }

    static String format(Tensor tensor) {
        String type = label(tensor.type());
        for (Excerpt excerpt : EXCERPTS) {
            if (tensor.rank() <= MOST_EXTENTS && shown(tensor.shape(), excerpt) <= MOST_ELEMENTS) {
                String text = new TensorFormat(tensor.shape(), excerpt).render(tensor) + "  " + type;
                if (text.length() < LIMIT) {
                    return text;
                }
            }
        }
        return type;
    }

    private static String label(TensorType type) {
        if (type.rank() <= MOST_EXTENTS) {
            return type.toString();
        }
        String head = Shape.of(type.shape().stream().limit(MOST_EXTENTS).toArray()).toString();
        return type.dtype() + head.substring(0, head.length() - 1) + ", ...] of rank " + type.rank();
    }

    private static long shown(Shape shape, Excerpt excerpt) {
        long count = 1;
        for (int axis = 0; axis < shape.rank() && count <= MOST_ELEMENTS; axis++) {
            count *= excerpt.shown(shape.extent(axis));
        }
        return shape.size() == 0 ? 0 : count;
    }

    private String render(Tensor tensor) {
        if (shape.rank() == 0) {
            return ElementFormat.scalar(tensor);
        }
        if (shape.size() == 0) {
            return "[]";
        }
        List<Integer> offsets = new ArrayList<>();
        collect(0, 0, offsets);
        elements = ElementFormat.aligned(tensor, offsets.stream().mapToInt(Integer::intValue).toArray());
        append(0);
        return text.toString();
    }

    private void collect(int axis, int offset, List<Integer> offsets) {
        if (axis == shape.rank()) {
            offsets.add(offset);
            return;
        }
        int extent = shape.extent(axis);
        for (int i = 0; i < excerpt.shown(extent); i++) {
            collect(axis + 1, offset + excerpt.index(i, extent) * strides[axis], offsets);
        }
    }

    private void append(int axis) {
        text.append('[');
        if (axis == shape.rank() - 1) {
            appendRow();
        } else {
            appendBlocks(axis);
        }
        text.append(']');
    }

    private void appendBlocks(int axis) {
        String separator = "\n".repeat(shape.rank() - 1 - axis) + " ".repeat(axis + 1);
        int extent = shape.extent(axis);
        int shown = excerpt.shown(extent);
        for (int i = 0; i < shown; i++) {
            if (i == excerpt.head() && excerpt.cuts(extent)) {
                text.append(separator).append("...");
            }
            if (i > 0) {
                text.append(separator);
            }
            append(axis + 1);
        }
        if (excerpt.cuts(extent) && shown == excerpt.head()) {
            text.append(separator).append("...");
        }
    }

    private void appendRow() {
        int extent = shape.extent(-1);
        int shown = excerpt.shown(extent);
        int lineStart = text.length() - shape.rank();
        for (int i = 0; i < shown; i++) {
            if (i == excerpt.head() && excerpt.cuts(extent)) {
                lineStart = appendWord("...", lineStart);
            }
            lineStart = appendWord(elements.get(next++), lineStart);
        }
        if (excerpt.cuts(extent) && shown == excerpt.head()) {
            appendWord("...", lineStart);
        }
    }

    /** Adds a word to the row, on a new line if it would pass the edge; returns where its line starts. */
    private int appendWord(String word, int lineStart) {
        boolean first = text.charAt(text.length() - 1) == '[';
        if (first) {
            text.append(word);
            return lineStart;
        }
        // As in NumPy, the edge leaves room for the closing brackets.
        if (text.length() + 1 - lineStart + word.length() > LINE - shape.rank()) {
            text.setLength(text.length() - trailingSpaces());
            text.append('\n');
            int start = text.length();
            text.append(" ".repeat(shape.rank())).append(word);
            return start;
        }
        text.append(' ').append(word);
        return lineStart;
    }

    private int trailingSpaces() {
        int count = 0;
        while (text.charAt(text.length() - 1 - count) == ' ') {
            count++;
        }
        return count;
    }
}
