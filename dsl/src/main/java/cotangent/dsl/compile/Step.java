package cotangent.dsl.compile;

import cotangent.dsl.Shape;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One thing a plan does. */
public sealed interface Step {
    /**
     * A fused loop nest. Outputs of reductions hold the reduction's identity when it begins and do not move along the
     * reduced axes; all views have the region's shape.
     */
    record Loop(Region region, List<View> inputs, List<View> outputs) implements Step {}

    /**
     * A batch of matrix products: left [batch..., m, k], right [batch..., k, n], output [batch..., m, n], whose rows
     * are contiguous.
     */
    record Product(Shape batch, int m, int n, int k, View left, View right, View output) implements Step {}

    /**
     * A product and a loop nest over the elements of its output, which runs on every part of the output as soon as that is
     * final. The loop's points have four axes, the first two of which together are the output's rows and the others its columns; it
     * reduces nothing, reads what the product made only at the point where it stores, and may store over it.
     */
    record FusedProduct(Product product, Loop loop) implements Step {
        /** Views of other elements than the product's output. */
        private Stream<View> apart(List<View> views) {
            return views.stream().filter(view -> view.buffer() != product.output().buffer());
        }
    }

    /** A copy between two views of one shape. */
    record Copy(View from, View to) implements Step {}

    /** Every element of a view set to one number. */
    record Fill(View to, double value) implements Step {}

    /** A primitive with a loop of its own: CumSum, ArgMax, Gather, ScatterAdd or Random; all views are dense. */
    record Primitive(Node node, List<View> inputs, View output) implements Step {}

    /**
     * A loop over time, all views dense.
     *
     * @param node    an {@link cotangent.dsl.ir.Op.Scan}
     * @param body    the plan of a step
     * @param inputs  views of the loop's inputs
     * @param outputs views of its outputs
     */
    record Scan(Node node, Plan body, List<View> inputs, List<View> outputs) implements Step {
        /** The loop. */
        public Op.Scan loop() {
            return (Op.Scan) node.op();
        }
    }

    /**
     * Steps that run together over one block of rows after the other. Their views are those of the first block, whose
     * first axis is the rows; a later block lies as many strides of that axis further on, but in the buffers that have
     * room for one block only, of which every task has its own.
     *
     * @param rows          number of rows
     * @param blockRows     rows of a block, the last one may have fewer
     * @param blocksPerTask blocks one after the other that share room
     * @param steps         what is done to a block: Loop and Fill
     * @param local         buffers with room for one block of every task
     */
    record Rows(int rows, int blockRows, int blocksPerTask, List<Step> steps, Set<Buffer> local) implements Step {
        /** Number of blocks. */
        public int blocks() {
            return Math.ceilDiv(rows, blockRows);
        }

        /** Parts of the blocks that do not share room. */
        public int tasks() {
            return Math.ceilDiv(blocks(), blocksPerTask);
        }
    }

    /** The views it reads. */
    default Stream<View> reads() {
        return switch (this) {
            case Loop step -> step.inputs().stream();
            case Product step -> Stream.of(step.left(), step.right());
            case FusedProduct step -> Stream.concat(step.product().reads(), step.apart(step.loop().inputs()));
            case Copy step -> Stream.of(step.from());
            case Fill ignored -> Stream.of();
            case Primitive step -> step.inputs().stream();
            case Scan step -> step.inputs().stream();
            case Rows step -> step.steps().stream().flatMap(Step::reads);
        };
    }

    /** The views it writes. */
    default Stream<View> writes() {
        return switch (this) {
            case Loop step -> step.outputs().stream();
            case Product step -> Stream.of(step.output());
            case FusedProduct step -> Stream.concat(step.product().writes(), step.apart(step.loop().outputs()));
            case Copy step -> Stream.of(step.to());
            case Fill step -> Stream.of(step.to());
            case Primitive step -> Stream.of(step.output());
            case Scan step -> step.outputs().stream();
            case Rows step -> step.steps().stream().flatMap(Step::writes);
        };
    }
}
