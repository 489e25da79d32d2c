package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.Columns;
import cotangent.linalg.kernel.KernelFunction;
import java.util.List;

/**
 * The empirical neural tangent kernel of a model at its parameters as a function of two samples: the mean over the outputs c of
 * ∇f_c(x)·∇f_c(x'), for kernel machines on a network's tangent features.
 *
 * <p>The model's output of a sample must depend on that sample alone. Gradients are made sample by sample, in blocks that memory
 * allows, and contracted leaf by leaf of the parameters, in float64. Cost of a block [n1, n2] with C outputs and P parameters: C vjps for
 * each sample (those of x2 again for each block of x1) and 2·n1·n2·C·P flops. It has no hyperparameters. Immutable.
 */
public final class TracedNtk implements KernelFunction {
    /** Numbers of gradients that one side of a block may hold: 128 MiB of float64. */
    private static final long ELEMENTS = 1L << 24;

    private final Fn model;
    private final Fn gradients;
    private final Tree params;
    private final int parameters;

    private TracedNtk(Fn model, Tree params) {
        this.model = model;
        this.params = params;
        Fn sample = Fn.of(model.name(), (p, x) -> {
            Expr output = model.apply(p, x.expandDims(0));
            return output.rank() == 1 ? output : output.at(0, 0);
        }).on(model.backend());
        this.gradients = sample.jacrev().vmap(new int[]{Fn.UNMAPPED, 0}, 0);
        this.parameters = params.leaves().stream().mapToInt(leaf -> leaf.shape().size()).sum();
    }

    /**
     * The kernel of a model.
     *
     * @param model  of parameters and inputs [n, ...]; its output is [n, C], or [n] for one output a sample
     * @param params all of F32 or all of F64
     */
    public static TracedNtk of(Fn model, Tree params) {
        return new TracedNtk(model, params);
    }

    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        requireSamples(x1);
        requireSamples(x2);
        int n1 = x1.shape().extent(0);
        int n2 = x2.shape().extent(0);
        int height = height();
        double[] block = new double[Shape.of(n1, n2).size()];
        for (int i = 0; i < n1; i += height) {
            List<Tensor> left = gradients(x1, i, Math.min(n1, i + height));
            for (int j = 0; j < n2; j += height) {
                List<Tensor> right = x1 == x2 && i == j ? left : gradients(x2, j, Math.min(n2, j + height));
                contract(left, right, block, i * n2 + j, n2);
            }
        }
        return in(x1.dtype(), Tensor.wrap(Shape.of(n1, n2), block));
    }

    private int height() {
        return Math.clamp(ELEMENTS / Math.max(1, parameters), 1, 256);
    }

    private void requireSamples(Tensor x) {
        if (x.rank() < 1) {
            throw new ShapeException("TracedNtk: expected samples [n, ...], got " + x.type());
        }
    }

    /** The gradients of samples {@code from, ..., to - 1}: per leaf of the parameters [to - from, C·size]. */
    private List<Tensor> gradients(Tensor x, int from, int to) {
        List<Tensor> leaves = gradients.apply(params, x.slice(0, from, to)).leaves();
        return leaves.stream()
                .map(leaf -> Columns.wide(leaf.reshape(to - from, leaf.shape().size() / (to - from))))
                .toList();
    }

    /** Adds Σ left·rightᵀ/C to a window of the block. */
    private void contract(List<Tensor> left, List<Tensor> right, double[] block, int at, int row) {
        int outputs = left.stream().mapToInt(leaf -> leaf.shape().extent(1)).sum() / parameters;
        for (int leaf = 0; leaf < left.size(); leaf++) {
            int width = left.get(leaf).shape().extent(1);
            Gemm.dgemm(left.get(leaf).shape().extent(0), right.get(leaf).shape().extent(0), width, 1.0 / outputs,
                    Columns.widened(left.get(leaf)), 0, width, 1, Columns.widened(right.get(leaf)), 0, 1, width, 1,
                    block, at, row);
        }
    }

    private static Tensor in(DType dtype, Tensor values) {
        for (double value : Columns.widened(values)) {
            if (!Double.isFinite(value)) {
                throw new InvalidDataException(
                        "TracedNtk: a gradient is NaN or infinite; check the parameters and the inputs");
            }
        }
        return dtype == DType.F64 ? values : values.cast(dtype);
    }

    @Override
    public Tensor diagonal(Tensor x) {
        requireSamples(x);
        int n = x.shape().extent(0);
        int height = height();
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i += height) {
            for (Tensor leaf : gradients(x, i, Math.min(n, i + height))) {
                double[] squares = Columns.widened(leaf.square().sum(1));
                for (int s = 0; s < squares.length; s++) {
                    diagonal[i + s] += squares[s];
                }
            }
        }
        int outputs = gradients(x, 0, 1).stream().mapToInt(leaf -> leaf.shape().extent(1)).sum() / parameters;
        for (int i = 0; i < n; i++) {
            diagonal[i] /= outputs;
        }
        return in(x.dtype(), Tensor.of(diagonal));
    }

    @Override
    public String toString() {
        return "traced NTK of %s, %d parameters".formatted(model.name(), parameters);
    }
}
