package cotangent.dsl;

import cotangent.dsl.ir.Op;
import java.util.List;

/** Concatenation and stacking, for expressions and tensors alike. */
final class Joining {
    private Joining() {}

    static <V extends Array<V>> V concat(int axis, List<V> parts) {
        V first = first("concat", parts);
        int along = Axes.normalize("concat", first.rank(), axis).at(0);
        return parts.size() == 1 ? first : first.operation(new Op.Concat(along), parts);
    }

    static <V extends Array<V>> V stack(int axis, List<V> parts) {
        V first = first("stack", parts);
        int along = Axes.normalize("stack", first.rank() + 1, axis).at(0);
        return concat(along, parts.stream().map(part -> part.expandDims(along)).toList());
    }

    private static <V extends Array<V>> V first(String operation, List<V> parts) {
        if (parts.isEmpty()) {
            throw new ShapeException(operation + ": expected at least one part, got none");
        }
        return parts.getFirst();
    }
}
