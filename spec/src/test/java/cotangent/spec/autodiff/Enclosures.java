package cotangent.spec.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Fn;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import java.util.Arrays;
import java.util.List;

/**
 * Two functions that are equal in exact arithmetic, compared in the oracle's: each element of either is a ball that holds
 * the exact number, so the two balls must meet. That is the whole tolerance. Where a value may be infinite or not a number
 * nothing is judged; the count of what was judged keeps a law from holding for want of evidence.
 */
final class Enclosures {
    private long judged;
    private long elements;

    /** Asserts that the functions agree at the inputs. */
    void requireEqual(Fn left, Fn right, Tree... inputs) {
        List<BoundedTensor> a = run(left, inputs);
        List<BoundedTensor> b = run(right, inputs);
        assertThat(b.stream().map(BoundedTensor::type)).isEqualTo(a.stream().map(BoundedTensor::type).toList());
        for (int leaf = 0; leaf < a.size(); leaf++) {
            for (int i = 0; i < a.get(leaf).type().size(); i++) {
                requireMeeting(left, right, leaf, i, a.get(leaf), b.get(leaf));
            }
        }
    }

    private void requireMeeting(Fn left, Fn right, int leaf, int i, BoundedTensor a, BoundedTensor b) {
        elements++;
        double reach = a.bound(i) + b.bound(i);
        if (Double.isFinite(reach) && Double.isFinite(a.value(i)) && Double.isFinite(b.value(i))) {
            judged++;
            // The distance of two doubles is rounded once, and so is the sum of the bounds.
            assertThat(Math.abs(a.value(i) - b.value(i)))
                    .as("element %d of leaf %d: %s of %s against %s of %s", i, leaf,
                            a.value(i), left, b.value(i), right)
                    .isLessThanOrEqualTo(reach * (1 + 0x1p-51));
        }
    }

    /** Asserts that tensors, computed by the default backend, are what the tensor-valued function gives. */
    void requireValue(Fn expected, List<Tree> inputs, Tensor... computed) {
        BoundedTensor known = run(expected, inputs.toArray(Tree[]::new)).getFirst();
        for (Tensor actual : computed) {
            elements += known.type().size();
            judged += known.judgedCount();
            assertThat(known.disagreement(actual)).isEmpty();
        }
    }

    private static List<BoundedTensor> run(Fn fn, Tree... inputs) {
        Graph graph = fn.trace(Arrays.stream(inputs).map(Tree::structure).toList()).graph();
        return ErrorBoundInterpreter.run(GraphVerifier.verify(graph), Arrays.stream(inputs)
                .flatMap(input -> input
                        .leaves()
                        .stream())
                .toList());
    }

    /** At least four fifths of all elements must have been judged. */
    void requireEvidence() {
        assertThat(judged).isGreaterThan(0).isGreaterThanOrEqualTo(elements * 4 / 5);
    }
}
