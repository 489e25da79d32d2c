package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one loop nest computes at every point of a shape: values numbered from 0, first those it loads, then one for each
 * instruction; and what it does with some of them.
 *
 * @param shape        the points
 * @param inputs       dtypes of the loaded values
 * @param instructions elementwise operations, each after its arguments
 * @param roots        what is stored or reduced
 */
public record Region(Shape shape, List<DType> inputs, List<Instruction> instructions, List<Root> roots) {
    /**
     * An elementwise operation.
     *
     * @param op        Unary, Binary, Compare, Select or Cast
     * @param dtype     dtype of the result
     * @param arguments numbers of the values it takes
     */
    public record Instruction(Op op, DType dtype, List<Integer> arguments) {}

    /**
     * A value that leaves the loop nest.
     *
     * @param value     its number
     * @param reduction how it is reduced, or null if it is stored as it is
     * @param axes      the axes it is reduced over
     */
    public record Root(int value, @Nullable Reduction reduction, Axes axes) {}

    /** The same over so many rows, which are the positions of the first axes together. */
    public Region block(int axes, int rows) {
        List<Root> moved = roots.stream()
                .map(root -> new Root(root.value(), root.reduction(), Axes.of(root.axes()
                        .stream()
                        .map(axis -> axis - axes + 1)
                        .toArray())))
                .toList();
        return new Region(View.rows(shape, axes, rows), inputs, instructions, moved);
    }

    /** The same points, in the same order, under another shape; nothing may be reduced. */
    Region reshape(Shape target) {
        return new Region(target, inputs, instructions, roots);
    }

    /** Dtype of a value. */
    public DType dtype(int value) {
        return value < inputs.size() ? inputs.get(value) : instructions.get(value - inputs.size()).dtype();
    }

    /** The operations by name, for a plan's text. */
    public String describe() {
        String stored = instructions.stream()
                .map(instruction -> instruction.op().label())
                .collect(Collectors.joining(
                        " "));
        String reduced = roots.stream()
                .filter(root -> root.reduction() != null)
                .map(root -> root.reduction().label()
                        + root.axes())
                .collect(Collectors.joining(" "));
        return (stored + " " + reduced).strip();
    }
}
