package cotangent.linalg.ntk;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.SampleFactorProgram;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A model with what a kernel is over: the function that is differentiated, and what was compiled of it. */
final class KernelModel {
    private final Fn model;
    private final KernelOptions options;
    private final Fn selected;
    private final Map<List<Structure>, Samples> samples = new ConcurrentHashMap<>();
    private final Map<List<Structure>, Structure> outputs = new ConcurrentHashMap<>();

    /**
     * Where samples lie, and what that gives.
     *
     * @param axes   per argument, or {@link Fn#UNMAPPED}
     * @param search the factors' program, or why there is none
     */
    record Samples(int[] axes, SampleFactorProgram.Search search) {}

    KernelModel(Fn model, KernelOptions options) {
        this.model = model;
        this.options = options;
        boolean whole = options.parameters().isEmpty();
        this.selected = Fn.of(model.name(), model.arity() + (whole ? 0 : 1), in -> options.outputs()
                .select(whole
                        ? model.apply(in.toArray(Expr[]::new))
                        : model.apply(joined(in))))
                .on(model.backend());
    }

    /** The model's inputs from chosen parameters, the others, and the further inputs. */
    private static Expr[] joined(List<Expr> in) {
        Map<String, Expr> all = new LinkedHashMap<>();
        for (Expr part : in.subList(0, 2)) {
            for (String name : ((Structure.Named) part.structure()).names()) {
                all.put(name, part.get(name));
            }
        }
        Expr[] inputs = in.subList(1, in.size()).toArray(Expr[]::new);
        inputs[0] = Expr.params(all);
        return inputs;
    }

    Fn model() {
        return model;
    }

    KernelOptions options() {
        return options;
    }

    /** The function of what is differentiated, then all else. */
    Fn selected() {
        return selected;
    }

    /** The arguments of {@link #selected} from those of the model. */
    Tree[] arguments(Tree[] given) {
        if (options.parameters().isEmpty()) {
            return given;
        }
        if (!(given[0] instanceof Params params)) {
            throw new ShapeException("parameters: expected a model whose parameters have names, got " + given[0]
                    .structure());
        }
        Map<String, Tree> chosen = new LinkedHashMap<>();
        Map<String, Tree> others = new LinkedHashMap<>();
        for (String name : params.names()) {
            (options.parameters().contains(name) ? chosen : others).put(name, params.get(name));
        }
        if (chosen.size() < options.parameters().size()) {
            throw new ShapeException("parameters: expected some of %s, got %s".formatted(params.names(), options
                    .parameters()));
        }
        Tree[] arguments = new Tree[given.length + 1];
        arguments[0] = Params.of(chosen);
        arguments[1] = Params.of(others);
        System.arraycopy(given, 1, arguments, 2, given.length - 1);
        return arguments;
    }

    /**
     * Where the samples of such arguments lie: as told; or along the first axis of inputs, or the second, as in sequences that are
     * time-major, whichever the model is seen to keep apart.
     */
    Samples samples(Tree[] arguments) {
        return samples.computeIfAbsent(structures(arguments), known -> {
            Samples first = samples(known, 0);
            if (options.sampleAxes() != null || first.search().program().isPresent()) {
                return first;
            }
            Samples second = samples(known, 1);
            return second.search().program().isPresent() ? second : first;
        });
    }

    private Samples samples(List<Structure> structures, int axis) {
        int[] axes = sampleAxes(structures, axis);
        return new Samples(axes, SampleFactorProgram.of(selected, axes, structures));
    }

    /** The form of the chosen outputs, for arguments of these structures; runs nothing. */
    Structure output(Tree[] arguments) {
        return outputs.computeIfAbsent(structures(arguments), known -> selected.trace(known).result());
    }

    private static List<Structure> structures(Tree[] arguments) {
        return Arrays.stream(arguments).map(Tree::structure).toList();
    }

    /** As told, or one axis of every further input that is as long there as the first of them. */
    private int[] sampleAxes(List<Structure> arguments, int axis) {
        int first = options.parameters().isEmpty() ? 1 : 2;
        int[] axes = new int[arguments.size()];
        Arrays.fill(axes, Fn.UNMAPPED);
        int @Nullable [] told = options.sampleAxes();
        if (told != null && told.length != arguments.size() - first) {
            throw new ShapeException("sampleAxes: expected one for each of %d inputs, got %d".formatted(arguments.size()
                    - first, told.length));
        }
        int extent = -1;
        for (int i = first; i < arguments.size(); i++) {
            List<TensorType> leaves = arguments.get(i).types();
            if (told != null) {
                axes[i] = told[i - first];
            } else if (!leaves.isEmpty() && leaves.stream().allMatch(leaf -> leaf.rank() > axis)) {
                extent = extent < 0 ? leaves.getFirst().shape().extent(axis) : extent;
                int common = extent;
                axes[i] = leaves.stream().allMatch(leaf -> leaf.shape().extent(axis) == common) ? axis : Fn.UNMAPPED;
            }
        }
        return axes;
    }
}
