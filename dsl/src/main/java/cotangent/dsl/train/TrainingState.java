package cotangent.dsl.train;

import cotangent.dsl.Params;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a training run stands: parameters, what the optimizer keeps beside them, and the number of updates done.
 *
 * <p>It changes in place: a {@link TrainingStep} writes the next values into a second set of arrays and swaps the two, so
 * that a step that fails leaves the state as it was. Not for several threads at once.
 */
public final class TrainingState {
    private final Structure structure;
    private final List<String> slots;
    private List<Tensor> current;
    private List<Tensor> spare;
    private long step;

    private TrainingState(Structure structure, List<String> slots, List<Tensor> leaves, long step) {
        this.structure = structure;
        this.slots = slots;
        this.current = leaves;
        this.spare = leaves.stream().map(leaf -> zeros(leaf.type())).toList();
        this.step = step;
    }

    /** A run that has not begun: the parameters are copied, the slots are zero. */
    static TrainingState start(Tree params, List<String> slots) {
        List<Tensor> leaves = new ArrayList<>(params.leaves().stream().map(TrainingState::copy).toList());
        for (int slot = 0; slot < slots.size(); slot++) {
            params.leaves().forEach(leaf -> leaves.add(zeros(leaf.type())));
        }
        return new TrainingState(params.structure(), slots, List.copyOf(leaves), 0);
    }

    /** A run at some step; the trees are copied, and the slots have the parameters' structure. */
    static TrainingState at(long step, Tree params, Map<String, Tree> slots) {
        List<Tensor> leaves = new ArrayList<>(params.leaves());
        slots.values().forEach(slot -> leaves.addAll(slot.leaves()));
        return new TrainingState(params.structure(), List.copyOf(slots.keySet()), leaves.stream()
                .map(TrainingState::copy)
                .toList(), step);
    }

    private static Tensor zeros(TensorType type) {
        return Tensor.zeros(type.dtype(), type.shape().toArray());
    }

    private static Tensor copy(Tensor tensor) {
        Tensor copy = zeros(tensor.type());
        System.arraycopy(Storage.array(tensor), 0, Storage.array(copy), 0, tensor.type().size());
        return copy;
    }

    /** Updates done. */
    public long step() {
        return step;
    }

    /** The parameters now: a copy, which later steps do not change. */
    public Tree params() {
        return tree(0);
    }

    /** What the optimizer keeps now, by slot, each of the parameters' structure: a copy. */
    public Params optimizer() {
        Map<String, Tree> trees = new LinkedHashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            trees.put(slots.get(i), tree(i + 1));
        }
        return Params.of(trees);
    }

    private Tree tree(int number) {
        int count = structure.leafCount();
        return structure.build(current.subList(number * count, (number + 1) * count)
                .stream()
                .map(TrainingState::copy)
                .toList());
    }

    /** Another run that stands where this one does. */
    public TrainingState copy() {
        return new TrainingState(structure, slots, current.stream().map(TrainingState::copy).toList(), step);
    }

    Structure structure() {
        return structure;
    }

    List<String> slots() {
        return slots;
    }

    /** Parameters, then slot after slot. */
    List<Tensor> current() {
        return current;
    }

    /** Where the next values go. */
    List<Tensor> spare() {
        return spare;
    }

    /** Makes what was written to {@link #spare} the present. */
    void advance() {
        List<Tensor> before = current;
        current = spare;
        spare = before;
        step++;
    }

    @Override
    public String toString() {
        return "training state after %d steps, params %s".formatted(step, structure);
    }
}
