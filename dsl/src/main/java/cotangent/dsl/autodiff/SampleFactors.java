package cotangent.dsl.autodiff;

import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The factors of the gradients of all outputs of all samples, at a point; see {@link SampleFactorProgram}.
 *
 * <p>Safe to use from many threads. What the reverse passes read is kept for as long as this object.
 */
public final class SampleFactors {
    private final SampleFactorProgram program;
    private final Tree output;
    private final List<Tensor> inputs;
    private final List<Tensor> tape;

    SampleFactors(SampleFactorProgram program, Tree output, List<Tensor> inputs, List<Tensor> tape) {
        this.program = program;
        this.output = output;
        this.inputs = List.copyOf(inputs);
        this.tape = List.copyOf(tape);
    }

    /** What was run: the uses, the samples, the outputs of each. */
    public SampleFactorProgram program() {
        return program;
    }

    /** The function's value at the point. */
    public Tree output() {
        return output;
    }

    /** What the parameters meet: one [groups, positions · samples, in] each, in the order of {@link SampleUse#input}. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /**
     * The cotangents at all uses of some outputs of every sample at once: one reverse pass of a block, without the products
     * that make gradients.
     *
     * @param from the first of a sample's outputs
     * @param to   the one after the last
     * @return in the order of {@link SampleUse#cotangent}, [groups, positions · samples, to − from, out] each
     * @throws IndexOutOfBoundsException if a sample has no such outputs
     */
    public List<Tensor> cotangents(int from, int to) {
        Objects.checkFromToIndex(from, to, program.units());
        return cotangents(IntStream.range(from, to).toArray());
    }

    /**
     * The same for outputs in any order.
     *
     * @param units numbers of a sample's outputs
     * @return [groups, positions · samples, number of units, out] each
     * @throws IndexOutOfBoundsException if a sample has no such output
     */
    public List<Tensor> cotangents(int[] units) {
        return program.reverse().cotangents(tape, units, false).stream().map(Optional::orElseThrow).toList();
    }

    /**
     * The same, less those that are shared: empty in their place.
     *
     * @see SampleFactorProgram#isShared
     */
    public List<Optional<Tensor>> cotangentsNotShared(int[] units) {
        return program.reverse().cotangents(tape, units, true);
    }

    /** Of each shared cotangent, in their order, the part that is the same for all samples: [number of units, out]. */
    public List<Tensor> sharedParts(int[] units) {
        return program.reverse().shared(tape, units);
    }

    /** Of each shared cotangent, in their order, the part that is the same for all outputs: [1, samples, out]. */
    public List<Tensor> ownParts() {
        return program.reverse().own(tape);
    }

    @Override
    public String toString() {
        return program.toString();
    }
}
