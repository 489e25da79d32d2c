package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;
import cotangent.tornado.device.Action;
import cotangent.tornado.kernel.ArgMaxKernel;
import cotangent.tornado.kernel.CumSumKernel;
import cotangent.tornado.kernel.GatherKernel;
import cotangent.tornado.kernel.IndexCheckKernel;
import cotangent.tornado.kernel.Operand;
import cotangent.tornado.kernel.ProductKernel;
import cotangent.tornado.kernel.ScatterAddKernel;

/** The launches of products and of the primitives that are loops of their own. */
final class PrimitiveLaunches {
    private final Frame frame;

    PrimitiveLaunches(Frame frame) {
        this.frame = frame;
    }

    void product(Step.Product step) {
        int batch = step.batch().rank();
        int tile = frame.dialect().tile();
        int across = Math.ceilDiv(step.n(), tile);
        int tiles = Math.ceilDiv(step.m(), tile) * across;
        Arguments arguments = new Arguments();
        Geometry geometry = new Geometry().add(step.m(), step.n(), step.k(), across, tiles).add(step.batch().toArray());
        Operand left = matrix(step.left(), batch, arguments, geometry);
        Operand right = matrix(step.right(), batch, arguments, geometry);
        Operand output = matrix(step.output(), batch, arguments, geometry);
        int groups = step.batch().size() * tiles;
        if (groups > 0) {
            frame.launchGroups(new ProductKernel(left, right, output, arguments.dtypes(), batch, frame.depth()),
                    geometry,
                    arguments, groups, tile * tile);
        }
    }

    private Operand matrix(View view, int batch, Arguments arguments, Geometry geometry) {
        geometry.add(frame.place(view)).add(view.stride(batch), view.stride(batch + 1));
        for (int axis = 0; axis < batch; axis++) {
            geometry.add(view.stride(axis));
        }
        return arguments.operand(frame.place(view), view.dtype());
    }

    void primitive(Step.Primitive step) {
        switch (step.node().op()) {
            case Op.CumSum op -> cumSum(op, step.inputs().getFirst(), step.output());
            case Op.ArgMax op -> argMax(op, step.inputs().getFirst(), step.output());
            case Op.Gather op -> gather(op, step);
            case Op.ScatterAdd op -> scatterAdd(op, step);
            case Op.Random op -> frame.actions()
                    .add(new Action.Draw(op, step.inputs().getFirst().size() / 4, frame.place(
                            step.inputs().getFirst()), frame.place(step.output())));
            default -> throw new AssertionError(step);
        }
    }

    private static int product(Shape shape, int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= shape.extent(axis);
        }
        return product;
    }

    private void cumSum(Op.CumSum op, View from, View to) {
        int extent = from.shape().extent(op.axis());
        if (from.size() == 0) {
            return;
        }
        int inner = product(from.shape(), op.axis() + 1, from.shape().rank());
        int first = op.reverse() ? (extent - 1) * inner : 0;
        int step = op.reverse() ? -inner : inner;
        Arguments arguments = new Arguments();
        Operand in = arguments.operand(frame.place(from), from.dtype());
        Operand out = arguments.operand(frame.place(to), to.dtype());
        int lines = from.size() / extent;
        Geometry geometry = new Geometry().add(lines, extent, inner)
                .add(frame.place(from).plus(first))
                .add(frame.place(to).plus(first))
                .add(step);
        frame.launch(new CumSumKernel(in, out, arguments.dtypes(), frame.depth()), geometry, arguments, lines);
    }

    private void argMax(Op.ArgMax op, View from, View to) {
        if (to.size() == 0) {
            return;
        }
        Arguments arguments = new Arguments();
        Operand in = arguments.operand(frame.place(from), from.dtype());
        Operand out = arguments.operand(frame.place(to), to.dtype());
        Geometry geometry = new Geometry()
                .add(to.size(), from.shape().extent(op.axis()), product(from.shape(), op.axis()
                        + 1, from.shape().rank()))
                .add(frame.place(from))
                .add(frame.place(to));
        frame.launch(new ArgMaxKernel(in, out, arguments.dtypes(), frame.depth()), geometry, arguments, to.size());
    }

    /** Extents by which indexed rows are addressed: outer, extent, count, inner. */
    private static int[] rows(int axis, int batch, Shape operand, Shape indices) {
        return new int[]{product(operand, batch, axis), operand.extent(axis), product(indices, batch, indices.rank()),
                product(operand, axis + 1, operand.rank())};
    }

    private void check(View indices, int extent) {
        if (indices.size() == 0) {
            return;
        }
        Arguments arguments = new Arguments();
        arguments.operand(frame.place(indices), DType.I32);
        frame.launch(new IndexCheckKernel(frame.depth()), new Geometry().add(indices.size(), extent)
                .add(frame.place(
                        indices)),
                arguments, indices.size());
    }

    private void gather(Op.Gather op, Step.Primitive step) {
        View operand = step.inputs().get(0);
        View indices = step.inputs().get(1);
        check(indices, operand.shape().extent(op.axis()));
        View output = step.output();
        if (output.size() == 0) {
            return;
        }
        Arguments arguments = new Arguments();
        Geometry geometry = new Geometry().add(output.size())
                .add(rows(op.axis(), op.batch(), operand.shape(), indices
                        .shape()));
        Operand from = add(operand, arguments, geometry);
        Operand picks = add(indices, arguments, geometry);
        Operand to = add(output, arguments, geometry);
        frame.launch(new GatherKernel(from, picks, to, arguments.dtypes(), frame.depth()), geometry, arguments, output
                .size());
    }

    private void scatterAdd(Op.ScatterAdd op, Step.Primitive step) {
        View operand = step.inputs().get(0);
        View indices = step.inputs().get(1);
        check(indices, operand.shape().extent(op.axis()));
        View output = step.output();
        if (output.size() == 0) {
            return;
        }
        Arguments arguments = new Arguments();
        Geometry geometry = new Geometry().add(output.size())
                .add(rows(op.axis(), op.batch(), operand.shape(), indices
                        .shape()));
        Operand from = add(operand, arguments, geometry);
        Operand picks = add(indices, arguments, geometry);
        Operand updates = add(step.inputs().get(2), arguments, geometry);
        Operand to = add(output, arguments, geometry);
        frame.launch(new ScatterAddKernel(from, picks, updates, to, arguments.dtypes(), frame.depth()), geometry,
                arguments, output.size());
    }

    private Operand add(View view, Arguments arguments, Geometry geometry) {
        geometry.add(frame.place(view));
        return arguments.operand(frame.place(view), view.dtype());
    }
}
