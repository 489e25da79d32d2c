package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** Shapes as files claim them: checked before they become a {@link Shape}. */
final class Extents {
    /** NumPy's own limit. */
    static final int MOST_AXES = 64;

    private Extents() {}

    /**
     * The shape with the claimed extents.
     *
     * @throws InvalidDataException if there are too many, or their product is more than one tensor can hold
     */
    static Shape shape(List<Long> extents, ByteSource source) {
        if (extents.size() > MOST_AXES) {
            throw source.malformed("expected at most %d axes, got %d".formatted(MOST_AXES, extents.size()));
        }
        boolean empty = extents.contains(0L);
        long size = 1;
        for (long extent : extents) {
            size *= empty ? 1 : extent;
            if (extent > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
                throw source.malformed("expected a shape of at most 2^31 - 1 elements, got %s; split the array"
                        .formatted(extents.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"))));
            }
        }
        return Shape.of(extents.stream().mapToInt(Long::intValue).toArray());
    }
}
