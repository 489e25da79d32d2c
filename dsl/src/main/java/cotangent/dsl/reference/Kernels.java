package cotangent.dsl.reference;

import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.List;

/** The kernel of every primitive: the one place where the interpreter switches over {@link Op}. */
final class Kernels {
    private Kernels() {}

    /** The kernel of a node that is neither an input, nor a constant, nor a {@link Op.Custom}. */
    static Kernel of(Node node, ElementaryFunctions functions) {
        List<TensorType> in = node.inputs().stream().map(input -> input.type()).toList();
        TensorType out = node.types().getFirst();
        return switch (node.op()) {
            case Op.Input op -> throw new AssertionError(op);
            case Op.Constant op -> throw new AssertionError(op);
            case Op.Custom op -> throw new AssertionError(op);
            case Op.Scan op -> throw new AssertionError(op);
            case Op.Iota op -> LayoutKernels.iota(out, op.axis());
            case Op.Unary op -> ElementwiseKernels.unary(op.function(), out.dtype(), functions);
            case Op.Binary op -> ArithmeticKernels.binary(op.function(), out.dtype(), functions, node.source());
            case Op.Compare op -> ElementwiseKernels.compare(op.comparison(), in.getFirst().dtype());
            case Op.Select ignored -> ElementwiseKernels.select(out.dtype());
            case Op.Cast op -> CastKernels.cast(in.getFirst().dtype(), op.dtype());
            case Op.Reduce op -> ReductionKernels.reduce(op, in.getFirst(), out);
            case Op.ArgMax op -> ReductionKernels.argMax(op.axis(), in.getFirst());
            case Op.CumSum op -> ReductionKernels.cumSum(op, in.getFirst());
            case Op.Dot op -> DotKernel.of(op, in.get(0), in.get(1), out);
            case Op.Transpose _,Op.Reshape _,Op.Broadcast _,Op.Reverse _,Op.Slice _,Op.Pad _,Op.Concat _,Op.StopGradient _ ->
                LayoutKernels
                        .of(node.op(), in, out);
            case Op.Gather op -> new GatherKernel(op.axis(), op.batch(), in, out, node);
            case Op.ScatterAdd op -> new ScatterAddKernel(op.axis(), op.batch(), in, node);
            case Op.Random op -> RandomKernel.of(op, out);
        };
    }
}
