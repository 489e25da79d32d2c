package cotangent.dsl.compile;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the loop nest that follows a matrix product inside it: a bias and an activation, or a derivative's factor, is
 * applied to rows of the result that the multiply has just finished, while they are in the cache
 * (docs/decisions/0013-product-epilogues.md).
 *
 * <p>A product runs as late as the first step that reads its output; if that is a loop nest that stores only and whose
 * operands can all be walked by the output's rows and columns, the two become one step. Where nothing else reads the
 * product's output, the multiply accumulates where the loop nest stores. Cost: linear in steps, but for products far
 * from their readers.
 */
final class ProductEpilogues {
    /** Results of fewer bytes, as a part of a block of rows, are in the first-level cache anyway. */
    private static final int LEAST_PART = 16;
    /** Rows and columns below which a product has a route of its own that finishes all of its output at the end. */
    private static final int LEAST_EXTENT = 4;
    /** Columns up to which a kernel may write rows out, with a last vector over the one before, which needs two places. */
    private static final int SHORT_ROW = 64;

    private final List<Step> steps;
    private final int leastBytes;
    /** By buffer, the steps that touch it. */
    private final Map<Buffer, List<Integer>> uses = new IdentityHashMap<>();

    private ProductEpilogues(List<Step> steps, int blockBytes) {
        this.steps = steps;
        this.leastBytes = blockBytes / LEAST_PART;
        for (int i = 0; i < steps.size(); i++) {
            int now = i;
            Stream.concat(steps.get(i).reads(), steps.get(i).writes())
                    .map(View::buffer)
                    .distinct()
                    .forEach(
                            buffer -> uses.computeIfAbsent(buffer, key -> new ArrayList<>()).add(now));
        }
    }

    /** The steps, with products and the loop nests that follow them put together. */
    static List<Step> fuse(List<Step> steps, int blockBytes) {
        return new ProductEpilogues(steps, blockBytes).fused();
    }

    private List<Step> fused() {
        List<Step> result = new ArrayList<>(steps);
        List<Step> gone = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Loop loop && isElementwise(loop)) {
                for (int at : producers(loop, i)) {
                    Step.FusedProduct fused = together((Step.Product) steps.get(at), loop, i);
                    if (fused != null) {
                        result.set(i, fused);
                        gone.add(steps.get(at));
                        break;
                    }
                }
            }
        }
        result.removeIf(step -> gone.stream().anyMatch(product -> product == step));
        return result;
    }

    /** Whether every point is on its own and cannot fail, as a division of integers may. */
    private static boolean isElementwise(Step.Loop loop) {
        Region region = loop.region();
        return region.roots().stream().allMatch(root -> root.reduction() == null)
                && region.instructions().stream().noneMatch(instruction -> instruction.dtype() == DType.I32);
    }

    /** The products, last one first, whose outputs the loop nest is the first to read and that may wait for it. */
    private List<Integer> producers(Step.Loop loop, int at) {
        List<Integer> found = new ArrayList<>();
        for (View input : loop.inputs()) {
            List<Integer> touched = Objects.requireNonNull(uses.get(input.buffer()));
            int first = touched.getFirst();
            if (touched.size() > 1 && touched.get(1) == at && steps.get(first) instanceof Step.Product product
                    && product.output().buffer() == input.buffer() && mayWait(product, first, at)) {
                found.add(first);
            }
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }

    /** Whether no step in between writes to what the product reads. */
    private boolean mayWait(Step.Product product, int from, int to) {
        return steps.subList(from + 1, to)
                .stream()
                .flatMap(Step::writes)
                .noneMatch(view -> view.buffer() == product.left().buffer()
                        || view.buffer() == product.right().buffer());
    }

    private Step.@Nullable FusedProduct together(Step.Product product, Step.Loop loop, int at) {
        Buffer made = product.output().buffer();
        boolean suits = product.batch().rank() == 0 && made.dtype().isFloating() && product.m() >= LEAST_EXTENT
                && product.n() >= LEAST_EXTENT
                && (long) made.size() * made.dtype().bytes() >= leastBytes
                && loop.region().shape().size() == made.size()
                && loop.inputs().stream().allMatch(view -> view.buffer() != made || view.isWhole());
        Step.Loop walked = suits ? walked(product, loop) : null;
        if (walked == null) {
            return null;
        }
        Buffer place = accumulator(product, walked, at);
        if (place == made) {
            return new Step.FusedProduct(product, walked);
        }
        UnaryOperator<View> move = view -> view.buffer() == made ? View.dense(place, view.shape()) : view;
        return new Step.FusedProduct(new Step.Product(product.batch(), product.m(), product.n(), product.k(), product
                .left(), product.right(), move.apply(product.output())), new Step.Loop(walked.region(),
                        walked.inputs()
                                .stream()
                                .map(move)
                                .toList(),
                        walked.outputs()));
    }

    /** The loop nest over the output's rows and columns; null if an operand cannot be walked like that. */
    private static Step.@Nullable Loop walked(Step.Product product, Step.Loop loop) {
        int m = product.m();
        int n = product.n();
        Step.Loop found = reshaped(loop, Shape.of(1, m, 1, n));
        Shape shape = loop.region().shape();
        int outer = 1;
        for (int axis = 0; found == null && axis < shape.rank(); axis++) {
            outer *= shape.extent(axis);
            if (outer < m && m % outer == 0) {
                found = reshaped(loop, Shape.of(outer, m / outer, 1, n));
            } else if (outer > m && outer % m == 0 && n % (outer / m) == 0 && (long) n * m / outer > SHORT_ROW) {
                found = reshaped(loop, Shape.of(1, m, outer / m, n / (outer / m)));
            }
        }
        return found;
    }

    private static Step.@Nullable Loop reshaped(Step.Loop loop, Shape shape) {
        List<View> inputs = reshaped(loop.inputs(), shape);
        List<View> outputs = reshaped(loop.outputs(), shape);
        return inputs == null || outputs == null
                ? null
                : new Step.Loop(loop.region().reshape(shape), inputs, outputs);
    }

    private static @Nullable List<View> reshaped(List<View> views, Shape shape) {
        List<View> result = new ArrayList<>();
        for (View view : views) {
            View seen = view.reshape(shape);
            if (seen == null) {
                return null;
            }
            result.add(seen);
        }
        return result;
    }

    /** Where the product accumulates: in a buffer that the loop nest then stores over, if nothing else needs the product. */
    private Buffer accumulator(Step.Product product, Step.Loop loop, int at) {
        Buffer made = product.output().buffer();
        boolean overlapping = product.n() <= SHORT_ROW && product.n() % 16 != 0 && Integer.bitCount(product.n()) > 1;
        boolean dies = made.kind() == Buffer.Kind.WORKSPACE && Objects.requireNonNull(uses.get(made)).size() == 2;
        if (overlapping || !dies) {
            return made;
        }
        return loop.outputs()
                .stream()
                .filter(view -> view.isWhole() && view.dtype() == made.dtype())
                .map(View::buffer)
                .filter(buffer -> Objects.requireNonNull(uses.get(buffer)).getFirst() == at)
                .findFirst()
                .orElse(made);
    }
}
