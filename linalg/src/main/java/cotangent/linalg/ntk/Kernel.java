package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.JacobianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.tangent.DiagonalRoute;
import cotangent.linalg.tangent.FrobeniusRoute;
import cotangent.linalg.tangent.JacobianRowNorms;
import cotangent.linalg.tangent.OutputReduction;
import cotangent.linalg.tangent.ReducedJacobian;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model at its arguments, linearized when first asked, and the operators over that one linearization. */
final class Kernel {
    private final KernelModel model;
    private final Tree[] arguments;
    private @Nullable OutputReduction reduction;
    private @Nullable Linearized linearized;
    private @Nullable SampleFactors factors;
    private @Nullable DiagonalRoute diagonalRoute;

    private record Linearized(Linearization linearization, LinearOperator full, LinearOperator jacobian,
            LinearOperator operator) {}

    /**
     * The kernel at a point.
     *
     * @param given the model's arguments
     */
    Kernel(KernelModel model, Tree[] given) {
        this.model = model;
        this.arguments = model.arguments(given);
    }

    private synchronized Linearized linearized() {
        if (linearized == null) {
            Linearization linearization = model.selected().linearize(arguments);
            LinearOperator full = JacobianOperator.of(linearization);
            linearized = new Linearized(linearization, full, ReducedJacobian.of(full, reduction()),
                    ReducedJacobian.kernel(full.times(full.adjoint()), reduction(), reduction()));
        }
        return linearized;
    }

    KernelModel model() {
        return model;
    }

    Linearization linearization() {
        return linearized().linearization();
    }

    /** What axes of the outputs do to the kernel; found from the form of the outputs, without a pass through the model. */
    synchronized OutputReduction reduction() {
        OutputReduction known = reduction;
        if (known == null) {
            known = model.options().reduction(model.output(arguments));
            reduction = known;
        }
        return known;
    }

    /** Dtype of the outputs, and so of parameters and kernel. */
    DType dtype() {
        return model.output(arguments).types().getFirst().dtype();
    }

    /** J of all outputs chosen, before anything is averaged. */
    LinearOperator fullJacobian() {
        return linearized().full();
    }

    /** A with K = A·Aᵀ: J, or what stands for it where axes are averaged over. */
    LinearOperator jacobian() {
        return linearized().jacobian();
    }

    /** K, where nothing is averaged J·Jᵀ as one program. */
    LinearOperator operator() {
        return linearized().operator();
    }

    /** The program of the factors of all gradients, or why there is none. */
    SampleFactorProgram.Search program() {
        return model.samples(arguments).search();
    }

    /** The factors, by one forward pass of a program that there is; kept as the linearization is. */
    synchronized SampleFactors factors() {
        SampleFactors known = factors;
        if (known == null) {
            known = program().program().orElseThrow().at(arguments);
            factors = known;
        }
        return known;
    }

    /** The cheapest exact way to the diagonal over all outputs chosen. */
    synchronized DiagonalRoute diagonalRoute() {
        DiagonalRoute known = diagonalRoute;
        if (known == null) {
            known = newDiagonalRoute();
            diagonalRoute = known;
        }
        return known;
    }

    private DiagonalRoute newDiagonalRoute() {
        Optional<SampleFactorProgram> program = program().program();
        return program.isPresent()
                ? DiagonalRoute.of(model.selected(), model.samples(arguments).axes(), program.get(), this::factors,
                        arguments)
                : JacobianRowNorms.of(fullJacobian(),
                        arguments[0].leaves()
                                .stream()
                                .mapToInt(leaf -> leaf.type().size())
                                .toArray());
    }

    /** The cheapest exact way to the Frobenius norm. */
    FrobeniusRoute frobeniusRoute(CostModel rates) {
        long memory = model.options().memory();
        Optional<SampleFactors> known = program().program().map(program -> factors());
        return FrobeniusRoute.cheapest(FrobeniusRoute.all(known, reduction(), jacobian(), operator(), memory), dtype(),
                rates);
    }
}
