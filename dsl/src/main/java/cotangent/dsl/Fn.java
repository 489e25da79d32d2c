package cotangent.dsl;

import cotangent.dsl.autodiff.Checkpoints;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.autodiff.ReverseMode;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable function: a Java function over expressions, traced once per structure, shapes and dtypes of its
 * inputs and compiled.
 *
 * <p>Inputs and outputs are trees: a tensor, {@link Params}, or a {@link Tuple}. Inside the function a tree of
 * parameters is an {@link Expr} with {@link Expr#get(String)}. Transformations give functions again and compose to any
 * order. A function must not have side effects: tracing runs it once, whatever the values.
 */
public final class Fn {
    /** In {@link #vmap(int[], int)}: an input that is the same for every member of the batch. */
    public static final int UNMAPPED = -1;
    private static final int KEPT = 64;

    private final String name;
    private final int arity;
    private final Function<List<Expr>, Expr> body;
    private final @Nullable Backend backend;
    private final Map<List<Structure>, Compiled> compiled = Collections.synchronizedMap(
            new LinkedHashMap<List<Structure>, Compiled>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<List<Structure>, Compiled> eldest) {
                    return size() > KEPT;
                }
            });

    private record Compiled(Executable executable, Structure result) {}

    /**
     * A function as a graph.
     *
     * @param graph  over the leaves of the inputs, in order, giving the leaves of the result
     * @param inputs structures of the inputs
     * @param result structure of the result
     */
    public record Traced(Graph graph, List<Structure> inputs, Structure result) {}

    /** A function of one input. */
    @FunctionalInterface
    public interface Unary {
        /** The function's value. */
        Expr apply(Expr a);
    }

    /** A function of two inputs. */
    @FunctionalInterface
    public interface Binary {
        /** The function's value. */
        Expr apply(Expr a, Expr b);
    }

    /** A function of three inputs. */
    @FunctionalInterface
    public interface Ternary {
        /** The function's value. */
        Expr apply(Expr a, Expr b, Expr c);
    }

    /** A function of four inputs. */
    @FunctionalInterface
    public interface Quaternary {
        /** The function's value. */
        Expr apply(Expr a, Expr b, Expr c, Expr d);
    }

    private Fn(String name, int arity, Function<List<Expr>, Expr> body, @Nullable Backend backend) {
        this.name = name;
        this.arity = arity;
        this.body = body;
        this.backend = backend;
    }

    /** A function of one input. */
    public static Fn of(String name, Unary function) {
        return of(name, 1, in -> function.apply(in.get(0)));
    }

    /** A function of two inputs. */
    public static Fn of(String name, Binary function) {
        return of(name, 2, in -> function.apply(in.get(0), in.get(1)));
    }

    /** A function of three inputs. */
    public static Fn of(String name, Ternary function) {
        return of(name, 3, in -> function.apply(in.get(0), in.get(1), in.get(2)));
    }

    /** A function of four inputs. */
    public static Fn of(String name, Quaternary function) {
        return of(name, 4, in -> function.apply(in.get(0), in.get(1), in.get(2), in.get(3)));
    }

    /** A function of any number of inputs. */
    public static Fn of(String name, int arity, Function<List<Expr>, Expr> function) {
        return new Fn(name, arity, function, null);
    }

    /**
     * A graph as a function of as many tensors as it has inputs.
     *
     * @throws ShapeException when called, if types differ from the graph's
     */
    public static Fn of(String name, Graph graph) {
        return of(name, graph.inputs().size(), in -> {
            List<Expr> outputs = graph.call(in);
            return outputs.size() == 1 ? outputs.getFirst() : Expr.tuple(outputs.toArray(Expr[]::new));
        });
    }

    /** The same function, run by a backend of one's choice. */
    public Fn on(Backend chosen) {
        return new Fn(name, arity, body, chosen);
    }

    /** The function's name, for messages. */
    public String name() {
        return name;
    }

    /** Number of inputs. */
    public int arity() {
        return arity;
    }

    /** The backend that runs it. */
    public Backend backend() {
        return backend == null ? Backends.byDefault() : backend;
    }

    /**
     * The function's value inside another function that is being traced.
     *
     * @throws ShapeException if the number of inputs is not {@link #arity}
     */
    public Expr apply(Expr... inputs) {
        return call(Arrays.asList(inputs));
    }

    private Expr call(List<Expr> inputs) {
        requireArity(inputs.size());
        return body.apply(inputs);
    }

    private void requireArity(int count) {
        if (count != arity) {
            throw new ShapeException("%s: expected %d inputs, got %d".formatted(name, arity, count));
        }
    }

    /**
     * The function's value, compiled at the first call with inputs of these structures.
     *
     * @throws ShapeException if number, structures, shapes or dtypes do not fit the function
     */
    public Tree apply(Tree... inputs) {
        Compiled ready = compile(structures(inputs));
        return ready.result().build(ready.executable().run(leaves(inputs)));
    }

    private static List<Structure> structures(Tree... inputs) {
        return Arrays.stream(inputs).map(Tree::structure).toList();
    }

    private static List<Tensor> leaves(Tree... inputs) {
        return Arrays.stream(inputs).flatMap(input -> input.leaves().stream()).toList();
    }

    private Compiled compile(List<Structure> structures) {
        Compiled ready = compiled.get(structures);
        if (ready == null) {
            Traced traced = trace(structures);
            ready = new Compiled(backend().compile(traced.graph()), traced.result());
            compiled.put(structures, ready);
        }
        return ready;
    }

    /** What the backend will do for inputs like these, as text. */
    public String explain(Tree... inputs) {
        return compile(structures(inputs)).executable().explain();
    }

    /**
     * The function as a graph, for inputs of the given structures.
     *
     * @throws ShapeException if it uses a value of another function that is being traced; pass it as an input
     */
    public Traced trace(List<Structure> structures) {
        Traced traced = traceOpen(structures);
        List<Expr> free = traced.graph().freeInputs();
        if (!free.isEmpty()) {
            throw new ShapeException("%s: uses %s of an outer function that is still being traced; pass it as an input"
                    .formatted(name, free.getFirst()));
        }
        return traced;
    }

    /** As {@link #trace}, but values of outer functions may occur: they stay what they are. */
    private Traced traceOpen(List<Structure> structures) {
        requireArity(structures.size());
        List<Expr> inputs = structures.stream()
                .map(structure -> Expr.tree(structure, structure.types()
                        .stream()
                        .map(
                                Expr::input)
                        .toList()))
                .toList();
        Expr result = body.apply(inputs);
        return new Traced(Graph.of(flatten(inputs), result.leaves()), structures, result.structure());
    }

    private static List<Expr> flatten(List<Expr> trees) {
        return trees.stream().flatMap(tree -> tree.leaves().stream()).toList();
    }

    private Fn derived(String suffix, int newArity, Function<List<Expr>, Expr> newBody) {
        return new Fn(name + "." + suffix, newArity, newBody, backend);
    }

    private Traced traceAt(List<Expr> inputs) {
        return traceOpen(inputs.stream().map(Expr::structure).toList());
    }

    /**
     * The gradient of a scalar-valued function with respect to some inputs.
     *
     * @param argnums positions of the inputs; none means the first. One gives a tree like that input, several a tuple
     */
    public Fn grad(int... argnums) {
        return derived("grad", arity, in -> Derivatives.gradient(name, traceAt(in), in, argnums).get(1));
    }

    /** As {@link #grad}, giving the tuple (value, gradient). */
    public Fn valueAndGrad(int... argnums) {
        return derived("valueAndGrad", arity, in -> Derivatives.gradient(name, traceAt(in), in, argnums));
    }

    /**
     * Forward mode in all inputs: (inputs..., tangents...) to the tuple (value, tangent). Tangents have the structure of
     * their inputs; those of inputs that are not floating point are ignored.
     */
    public Fn jvp() {
        return derived("jvp", 2 * arity,
                in -> Derivatives.pushforward(name, traceAt(in.subList(0, arity)), in.subList(0,
                        arity), in.subList(arity, 2 * arity)));
    }

    /**
     * Reverse mode: (inputs..., cotangent of the output) to the tuple (value, cotangents).
     *
     * @param argnums positions of the inputs; none means the first. One gives a tree like that input, several a tuple
     */
    public Fn vjp(int... argnums) {
        return derived("vjp", arity + 1, in -> Derivatives.pullback(name, traceAt(in.subList(0, arity)), in.subList(0,
                arity), in.get(arity), argnums));
    }

    /** The Hessian of a scalar-valued function with respect to its first input, times a vector: (inputs..., v) to H v. */
    public Fn hvp() {
        Fn gradient = grad();
        return derived("hvp", arity + 1, in -> {
            List<Expr> inputs = in.subList(0, arity);
            List<@Nullable Expr> tangents = ReverseMode.zeros(arity);
            tangents.set(0, in.get(arity));
            return Derivatives.pushforward(gradient.name, gradient.traceAt(inputs), inputs, tangents).get(1);
        });
    }

    /** The Jacobian with respect to an input by forward mode; each leaf pair gives [output axes..., input axes...]. */
    public Fn jacfwd(int argnum) {
        return derived("jacfwd", arity, in -> Derivatives.jacobianForward(name, traceAt(in), in, argnum));
    }

    /** {@link #jacfwd(int)} with respect to the first input. */
    public Fn jacfwd() {
        return jacfwd(0);
    }

    /** The Jacobian with respect to an input by reverse mode; each leaf pair gives [output axes..., input axes...]. */
    public Fn jacrev(int argnum) {
        return derived("jacrev", arity, in -> Derivatives.jacobianReverse(name, traceAt(in), in, argnum));
    }

    /** {@link #jacrev(int)} with respect to the first input. */
    public Fn jacrev() {
        return jacrev(0);
    }

    /** The Hessian of a scalar-valued function with respect to its first input, forward over reverse. */
    public Fn hessian() {
        return grad().jacfwd();
    }

    /** The function over a batch: every input and every output has it as its first axis. */
    public Fn vmap() {
        return vmap(new int[arity], 0);
    }

    /**
     * The function over a batch.
     *
     * @param inAxes  per input, which axis of its leaves is the batch, or {@link #UNMAPPED}
     * @param outAxis where the batch axis goes in the output's leaves
     */
    public Fn vmap(int[] inAxes, int outAxis) {
        int[] axes = inAxes.clone();
        requireArity(axes.length);
        return derived("vmap", arity, in -> Derivatives.batch(name, this::traceOpen, in, axes, outAxis));
    }

    /**
     * Evaluates the function and keeps what its derivative with respect to the first input needs.
     *
     * @throws ShapeException if the first input and the output are not of one floating-point dtype
     */
    public Linearization linearize(Tree... inputs) {
        Traced traced = trace(structures(inputs));
        return Linearization.of(traced.graph(), traced.inputs().getFirst().leafCount(), traced.result(), leaves(inputs),
                backend());
    }

    /**
     * The same function for derivatives in less memory: loops over time whose derivatives would keep more than a number of
     * bytes, all together, keep the carries before some steps only, and run the steps between again. Derivatives are equal
     * to rounding and cost one more run of such a loop; with T steps a tape shrinks to some sqrt(T) steps' (Griewank and
     * Walther, Algorithm 799, ACM TOMS 26, 2000, treat the general problem). Without this, the limit is 1 GiB.
     *
     * @param bytes that the tape of all loops may take; what cannot be had in as few takes as few as it can
     * @throws IllegalArgumentException if the number is negative
     */
    public Fn tapeLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("tapeLimit: expected a number of bytes, got " + bytes);
        }
        return derived("tapeLimit", arity, in -> {
            Traced traced = traceAt(in);
            return Expr.tree(traced.result(), Checkpoints.apply(traced.graph(), bytes).call(flatten(in)));
        });
    }

    /**
     * This function with a derivative rule of its own.
     *
     * @param rule from (inputs..., tangents...) to the output's tangent; it must be linear in the tangents
     */
    public Fn customJvp(Fn rule) {
        return derived("customJvp", arity, in -> {
            Traced traced = trace(in.stream().map(Expr::structure).toList());
            return Derivatives.custom(name, traced, in, rule);
        });
    }

    @Override
    public String toString() {
        return name + "/" + arity;
    }
}
