package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Cost;
import java.util.Arrays;
import java.util.List;

/**
 * A function of a batch of samples made ready to give, at any point, the factors of the gradients of all its outputs: what
 * every product with a parameter meets, and the cotangents there of each output of each sample.
 *
 * <p>Where samples are kept apart, the cotangent at a sample's positions comes from that sample's outputs alone. So one
 * reverse pass that is seeded with output c of <em>every</em> sample carries the gradients of all of them side by side, and
 * C passes in one block, C the number of outputs of a sample, give all rows of the Jacobian as factors (R. Novak,
 * J. Sohl-Dickstein and S. Schoenholz, Fast Finite Width Neural Tangent Kernel, ICML 2022, treat the same structure).
 *
 * <p>That samples are kept apart is proved from the graph: every operation between parameters and outputs must leave the
 * samples' axis alone. What subtracts the mean of a batch, attends from one sample to another, or gives each sample
 * parameters of its own has no such program: {@link Search#obstacle} says why, and its Jacobian takes one reverse pass for
 * each output of each sample.
 *
 * <p>Traced and compiled once, for any number of points. Safe to use from many threads.
 */
public final class SampleFactorProgram {
    private final Structure result;
    private final List<Structure> structures;
    private final List<SampleUse> uses;
    private final int samples;
    private final Tensor rows;
    private final int inputCount;
    private final Executable primal;
    private final ReversePass reverse;

    /**
     * Whether a function has such a program.
     *
     * @param program  if it has
     * @param obstacle why not; empty if it has
     */
    public record Search(java.util.Optional<SampleFactorProgram> program, String obstacle) {}

    SampleFactorProgram(Structure result, List<Structure> structures, List<SampleUse> uses, int samples, int[] rows,
            int inputCount, Executable primal, ReversePass reverse) {
        this.result = result;
        this.structures = List.copyOf(structures);
        this.uses = List.copyOf(uses);
        this.samples = samples;
        this.rows = Tensor.wrap(Shape.of(samples, rows.length / samples), rows);
        this.inputCount = inputCount;
        this.primal = primal;
        this.reverse = reverse;
    }

    /**
     * The program of a function of parameters, the first input, and samples.
     *
     * @param sampleAxes per input the axis of all its leaves along which the samples lie, or {@link Fn#UNMAPPED}
     * @param structures of the inputs
     * @throws ShapeException if parameters and outputs are not all of one floating-point dtype, or the axes do not fit
     */
    public static Search of(Fn function, int[] sampleAxes, List<Structure> structures) {
        return SampleFactorSearch.of(function, sampleAxes, structures);
    }

    /** All uses of all parameters. */
    public List<SampleUse> uses() {
        return uses;
    }

    /** Number of parameters: leaves of the first input. */
    public int leafCount() {
        return structures.getFirst().leafCount();
    }

    /** Number of elements of a parameter. */
    public int leafSize(int leaf) {
        return structures.getFirst().types().get(leaf).size();
    }

    /** Number of samples. */
    public int samples() {
        return samples;
    }

    /** Number of outputs of each sample. */
    public int units() {
        return rows.shape().extent(1);
    }

    /** I32 [samples, units]: where each output of each sample lies among all outputs, flattened leaf by leaf. */
    public Tensor rows() {
        return rows;
    }

    /** Dtype of parameters, outputs and factors. */
    public DType dtype() {
        return result.types().getFirst().dtype();
    }

    /** Evaluates the function and keeps what its parameters meet. One forward pass. */
    public SampleFactors at(Tree... inputs) {
        List<Structure> given = Arrays.stream(inputs).map(Tree::structure).toList();
        if (!given.equals(structures)) {
            throw new ShapeException("sample factors: made for inputs %s, got %s".formatted(structures, given));
        }
        List<Tensor> computed = primal.run(Arrays.stream(inputs).flatMap(input -> input.leaves().stream()).toList());
        int outputs = result.leafCount();
        return new SampleFactors(this, result.build(computed.subList(0, outputs)), computed.subList(outputs, outputs
                + inputCount), computed.subList(outputs + inputCount, computed.size()));
    }

    ReversePass reverse() {
        return reverse;
    }

    /**
     * Whether a cotangent is the product of a part that is the same for all samples and one that is the same for all outputs:
     * δ[n, c] = u[c] ∘ v[n].
     */
    public boolean isShared(int cotangent) {
        return reverse.isShared(cotangent);
    }

    /** Numbers in the cotangents at all uses of one output of every sample. */
    public long cotangentSize() {
        return reverse.size();
    }

    /** What the reverse pass of some outputs of every sample takes. */
    public Cost reverseCost(int width) {
        return reverse.cost(width);
    }

    @Override
    public String toString() {
        return "%d uses of %d parameters, %d outputs of each of %d samples".formatted(uses.size(), leafCount(), units(),
                samples);
    }
}
