package cotangent.dsl.train;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import cotangent.dsl.io.Npz;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training run on disk, an .npz file: {@code params.NAME}, {@code optimizer.SLOT.NAME}, {@code step} (F64, exact up to
 * 2^53) and {@code seed} (I32, its low and its high half). Entries of a tuple are named by their position, a lone tensor
 * {@code value}.
 *
 * <p>It holds every bit that the steps to come depend on, beside the data, the loss and the optimizer's numbers.
 *
 * @param state where the run stood
 * @param seed  of the batches
 */
public record Checkpoint(TrainingState state, long seed) {
    private static final String PARAMS = "params";
    private static final String OPTIMIZER = "optimizer";
    private static final String STEP = "step";
    private static final String SEED = "seed";
    private static final String LONE = "value";

    /** A checkpoint of a run, which may go on: the state is copied. */
    public static Checkpoint of(TrainingState state, long seed) {
        return new Checkpoint(state.copy(), seed);
    }

    /**
     * Writes the file, whole or not at all: what stood there before is replaced when all bytes are on disk.
     *
     * @throws InvalidDataException                   if a parameter's name cannot be that of an array in the file
     * @throws cotangent.dsl.io.WriteFailedException if the file cannot be written
     */
    public void write(Path path) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        put(arrays, PARAMS, state.params());
        state.optimizer().entries().forEach((slot, tree) -> put(arrays, OPTIMIZER + "." + slot, tree));
        arrays.put(STEP, Tensor.scalar((double) state.step()));
        arrays.put(SEED, Tensor.of((int) seed, (int) (seed >>> 32)));
        Npz.write(path, Params.of(arrays));
    }

    private static void put(Map<String, Tensor> arrays, String prefix, Tree tree) {
        List<String> names = names(tree.structure());
        List<Tensor> leaves = tree.leaves();
        for (int i = 0; i < leaves.size(); i++) {
            arrays.put(prefix + "." + names.get(i), leaves.get(i));
        }
    }

    /** The dotted names of a tree's leaves, in order. */
    private static List<String> names(Structure structure) {
        List<String> names = new ArrayList<>();
        collect(structure, "", names);
        return names;
    }

    private static void collect(Structure structure, String path, List<String> into) {
        String prefix = path.isEmpty() ? "" : path + ".";
        switch (structure) {
            case Structure.Leaf ignored -> into.add(path.isEmpty() ? LONE : path);
            case Structure.Named named -> {
                for (int i = 0; i < named.names().size(); i++) {
                    collect(named.children().get(i), prefix + named.names().get(i), into);
                }
            }
            case Structure.Tuple tuple -> {
                for (int i = 0; i < tuple.children().size(); i++) {
                    collect(tuple.children().get(i), prefix + i, into);
                }
            }
        }
    }

    /**
     * Reads a file.
     *
     * @param like      parameters of the model's structure; their values do not matter
     * @param optimizer that will go on with the run
     * @throws InvalidDataException if the file is missing or damaged, or an array is missing, left over or of another type
     *                              than such parameters and the optimizer have
     */
    public static Checkpoint read(Path path, Tree like, Optimizer optimizer) {
        Params file = Npz.read(path);
        Structure structure = like.structure();
        Map<String, Tree> slots = new LinkedHashMap<>();
        Tree params = tree(path, file, PARAMS, structure);
        optimizer.slots().forEach(slot -> slots.put(slot, tree(path, file, OPTIMIZER + "." + slot, structure)));
        double step = array(path, file, STEP, TensorType.of(DType.F64)).item();
        if (!(step >= 0 && step <= 0x1p53 && step == Math.rint(step))) {
            throw new InvalidDataException(
                    "%s: expected a number of updates as %s, got %s".formatted(path, STEP, step));
        }
        int[] seed = array(path, file, SEED, TensorType.of(DType.I32, 2)).toInts();
        int expected = structure.leafCount() * (1 + slots.size()) + 2;
        if (file.leaves().size() != expected) {
            throw new InvalidDataException(("%s: expected %d arrays, for parameters %s with %s and %s, got %d; was it "
                    + "written by another model or optimizer?").formatted(path, expected, structure, slots.isEmpty()
                            ? "no optimizer state"
                            : "optimizer slots " + slots.keySet(), STEP + " and " + SEED, file.leaves().size()));
        }
        return new Checkpoint(TrainingState.at((long) step, params, slots), ((long) seed[1] << 32) | (seed[0]
                & 0xFFFFFFFFL));
    }

    private static Tree tree(Path path, Params file, String prefix, Structure structure) {
        List<String> names = names(structure);
        List<TensorType> types = structure.types();
        List<Tensor> leaves = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            leaves.add(array(path, file, prefix + "." + names.get(i), types.get(i)));
        }
        return structure.build(leaves);
    }

    private static Tensor array(Path path, Params file, String name, TensorType expected) {
        Tensor found;
        try {
            found = file.get(name);
        } catch (ShapeException missing) {
            throw new InvalidDataException("%s: expected an array %s of %s, there is none; was it written by another "
                    .formatted(path, name, expected) + "model or optimizer?", missing);
        }
        if (!found.type().equals(expected)) {
            throw new InvalidDataException("%s: expected %s to be %s, got %s".formatted(path, name, expected, found
                    .type()));
        }
        return found;
    }
}
