package cotangent.linalg.infinite;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Tensor;
import cotangent.linalg.kernel.KernelFunction;
import java.util.function.UnaryOperator;

/**
 * A fully connected network whose layers have infinitely many units, by its two kernels: the covariance of the outputs of random
 * networks (NNGP: R. M. Neal 1996; J. Lee, Y. Bahri, R. Novak, S. S. Schoenholz, J. Pennington and J. Sohl-Dickstein, Deep neural
 * networks as Gaussian processes, ICLR 2018), and the neural tangent kernel (NTK: A. Jacot, F. Gabriel and C. Hongler, NeurIPS 2018).
 *
 * <pre>{@code
 * InfiniteNetwork net = InfiniteNetwork.of(x -> {
 *     Layer h = x.dense(2, 0.1).relu().dense(2, 0.1);
 *     return h.plus(h.relu().dense(2, 0.1)).relu().dense(1);       // with a skip connection
 * });
 * InfiniteKernels k = net.kernels(train, test);
 * KernelFunction ntk = net.ntk();
 * }</pre>
 *
 * <p>Layer by layer, with k the covariance of a unit's values at two inputs and Θ the tangent kernel (S. Arora, S. S. Du, W. Hu, Z. Li,
 * R. Salakhutdinov and R. Wang, On exact computation with an infinitely wide neural net, NeurIPS 2019, section 3):
 *
 * <pre>
 * input       k = x·x'/features          Θ = 0
 * dense       w k + b                    w Θ + w k + b
 * activation  E φ(u)φ(v)                 E φ'(u)φ'(v) · Θ
 * sum         k + l                      Θ + Λ
 * </pre>
 *
 * <p>The two-layer network {@code x.dense(d).relu().dense(1)} over d features, whose weights all have variance 1, thus has the NTK
 * {@code x·x'(π − θ)/2π + |x||x'|(sin θ + (π − θ) cos θ)/2π}: of unit vectors 1 at angle 0, and 0 at π. Angles near both are followed
 * to full accuracy, through layers of every kind; see {@link DualActivation} for the moments. Points may be zero; norms below 1e-150
 * lose their direction.
 *
 * <p>Cost: 2·n1·n2·features flops for inner products, in the inputs' dtype; then, in float64, some 4 ns for each pair and ReLU
 * layer, 20 for one of erf or GELU, and .5 for each pair and term of a Hermite series. All threads take part. Immutable and safe to
 * use from many threads.
 */
public final class InfiniteNetwork {
    private final Layer output;
    private final Parameterization parameterization;
    private final Recursion recursion;

    private InfiniteNetwork(Layer output, Parameterization parameterization) {
        this.output = output;
        this.parameterization = parameterization;
        this.recursion = new Recursion(output, parameterization);
    }

    /**
     * A network in {@link Parameterization#NTK}, from a function of its input.
     *
     * @param body from the input layer to the output layer
     */
    public static InfiniteNetwork of(UnaryOperator<Layer> body) {
        return new InfiniteNetwork(body.apply(Layer.input()), Parameterization.NTK);
    }

    /**
     * A multilayer perceptron: {@code depth} times a dense layer and an activation, then a dense layer, all with the same variances.
     *
     * @param depth number of hidden layers, from 0
     * @throws CotangentException if the depth or a variance is negative
     */
    public static InfiniteNetwork mlp(int depth, DualActivation activation, double weightVariance,
            double biasVariance) {
        if (depth < 0) {
            throw new CotangentException("mlp: expected a depth from 0, got " + depth);
        }
        return of(x -> {
            Layer h = x;
            for (int i = 0; i < depth; i++) {
                h = h.dense(weightVariance, biasVariance).activate(activation);
            }
            return h.dense(weightVariance, biasVariance);
        });
    }

    /**
     * The same network in another parameterization.
     *
     * @throws CotangentException if {@link Parameterization#STANDARD} lacks a width, or the output of a network in
     *                            {@link Parameterization#MEAN_FIELD} is no dense layer
     */
    public InfiniteNetwork parameterization(Parameterization other) {
        if (other == Parameterization.MEAN_FIELD && !(output.operation() instanceof Operation.Dense)) {
            throw new CotangentException(
                    "mean-field parameterization: expected a dense layer as output, got " + output);
        }
        return new InfiniteNetwork(output, other);
    }

    /** How weights enter the finite networks whose limit this is. */
    public Parameterization parameterization() {
        return parameterization;
    }

    /** Both kernels of one set of inputs; see {@link #kernels(Tensor, Tensor)}. */
    public InfiniteKernels kernels(Tensor x) {
        return kernels(x, x);
    }

    /**
     * Both kernels between two sets of inputs.
     *
     * @param x1 [n1, features], F32 or F64
     * @param x2 [n2, features], of the same dtype; where it is the same object as x1, the kernels are symmetric to the bit
     * @throws cotangent.dsl.ShapeException       if shapes or dtypes do not fit
     * @throws cotangent.dsl.InvalidDataException if an input is NaN, infinite or of a norm over 1e150, or an activation is not finite
     */
    public InfiniteKernels kernels(Tensor x1, Tensor x2) {
        return KernelBlock.of(recursion, x1, x2, true, true);
    }

    /** The covariance of the outputs as a kernel function; see {@link Parameterization} for its scale. */
    public KernelFunction nngp() {
        return new KernelView(this, recursion, false);
    }

    /** The neural tangent kernel as a kernel function; see {@link Parameterization} for its scale. */
    public KernelFunction ntk() {
        return new KernelView(this, recursion, true);
    }

    @Override
    public String toString() {
        return "InfiniteNetwork of %d layers ending in %s, %s".formatted(recursion.size(), output, parameterization);
    }
}
