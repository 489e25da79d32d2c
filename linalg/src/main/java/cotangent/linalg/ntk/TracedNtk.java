package cotangent.linalg.ntk;

import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.linalg.kernel.KernelFunction;
import cotangent.linalg.probe.ProgressListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The empirical neural tangent kernel of a model at its parameters as a function of two samples: the mean over the outputs c of
 * ∇f_c(x)·∇f_c(x'), for kernel machines on a network's tangent features.
 *
 * <p>A block is that of {@link EmpiricalNtk#traceAxes} over all axes but the samples', between two sets of them: layer by layer
 * where the model's output of a sample depends on that sample alone, from rows of the Jacobian otherwise. Each block costs a
 * forward pass and one reverse pass for each output of a sample on either side, and what the route takes. It has no hyperparameters.
 * Immutable.
 */
public final class TracedNtk implements KernelFunction {
    private final Fn model;
    private final Tree params;
    /** By the number of axes of the output, all but the first of which are averaged over. */
    private final Map<Integer, KernelModel> models = new ConcurrentHashMap<>();

    private TracedNtk(Fn model, Tree params) {
        this.model = model;
        this.params = params;
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

    private Kernel at(Tensor x) {
        if (x.rank() < 1) {
            throw new ShapeException("TracedNtk: expected samples [n, ...], got " + x.type());
        }
        Tree[] arguments = {params, x};
        return new Kernel(known(arguments), arguments);
    }

    private KernelModel known(Tree[] arguments) {
        KernelModel whole = models.computeIfAbsent(0, none -> new KernelModel(model, KernelOptions.standard()));
        int rank = whole.output(arguments).types().getFirst().rank();
        return models.computeIfAbsent(rank, axes -> new KernelModel(model, KernelOptions.standard()
                .withTraced(IntStream.range(1, axes).toArray())));
    }

    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        Kernel rows = at(x1);
        return new CrossNtk(rows, x1 == x2 ? rows : at(x2)).toDense();
    }

    @Override
    public Tensor diagonal(Tensor x) {
        Kernel kernel = at(x);
        return kernel.diagonalRoute().diagonal(ProgressListener.NONE).tensor(kernel.reduction(), kernel.dtype());
    }

    @Override
    public String toString() {
        return "traced NTK of " + model.name();
    }
}
