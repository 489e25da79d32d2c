package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A tanh network with random parameters and inputs, and products with its tangent kernel. */
final class KernelProducts {
    private static final Pattern NET = Pattern.compile("[1-9]\\d{0,4}(-[1-9]\\d{0,4})+");

    private final Mlp mlp;
    private final Params params;
    private final long seed;

    private KernelProducts(Mlp mlp, long seed) {
        this.mlp = mlp;
        this.params = mlp.init(Key.of(seed));
        this.seed = seed;
    }

    /** A network of some widths, such as 20-10-4. */
    static KernelProducts of(String widths, long seed) {
        if (!NET.matcher(widths).matches()) {
            throw new InvalidDataException(
                    "--nets: expected layer widths such as 20-10-4, got \"%s\"".formatted(widths));
        }
        return new KernelProducts(Nn.mlp(Arrays.stream(widths.split("-")).mapToInt(Integer::parseInt).toArray()), seed);
    }

    /** Outputs per sample. */
    int outputs() {
        return mlp.widths()[mlp.layers()];
    }

    /** Number of parameters. */
    int parameters() {
        return params.leaves().stream().mapToInt(leaf -> leaf.type().size()).sum();
    }

    /** The first samples, [n, features]; more of them begin with these. */
    Tensor inputs(int n) {
        return Key.of(seed + 1).normal(n, mlp.widths()[0]);
    }

    private Tensor vector(int n) {
        return Key.of(seed + 2).normal(n, outputs());
    }

    /** Parameters, inputs and vectors for so many samples, under the names that the peers know. */
    Params values(int n) {
        return params.with("x", inputs(n)).with("v", vector(n));
    }

    /** The kernel over some inputs. */
    EmpiricalNtk kernel(Tensor inputs) {
        return EmpiricalNtk.of(mlp.fn(), params, inputs);
    }

    /**
     * One number of samples; times in microseconds.
     *
     * @param free         a product without the matrix
     * @param first        linearization and the first product
     * @param written      whether the matrix was written out; what follows is 0 or NaN where it was not
     * @param explicit     a product with it
     * @param write        to write it out
     * @param difference   the largest of the two products, over the largest entry
     * @param freeBytes    from parameters to the first product
     * @param writtenBytes the same with the matrix
     * @param result       the product
     */
    record Row(int samples, int size, double free, double first, boolean written, double explicit, double write,
            double difference, long freeBytes, long writtenBytes, double[] result) {
        /** Products from which to write the matrix out pays; infinite where it never does, NaN where it was not written. */
        double paysAfter() {
            double gain = free - explicit;
            return gain > 0 ? Math.max(1, Math.ceil((write - first) / gain)) : written ? Double.POSITIVE_INFINITY
                    : Double.NaN;
        }

        Map<String, Object> values() {
            Map<String, Object> found = new LinkedHashMap<>(
                    Map.of("samples", samples, "size", size, "free", free, "first",
                            first, "freeBytes", freeBytes));
            if (written) {
                found.putAll(Map.of("explicit", explicit, "write", write, "difference", difference, "writtenBytes",
                        writtenBytes));
                found.put("paysAfter", Double.isFinite(paysAfter()) ? paysAfter() : "never");
            }
            return found;
        }
    }

    /** Measures so many samples, the machine's code warm. */
    Row measure(int n, boolean write, Stopwatch watch) {
        Tensor v = vector(n).reshape(Shape.of(n * outputs()));
        Tensor x = inputs(n);
        EmpiricalNtk kernel = kernel(x);
        Tensor product = kernel.matvec(v);
        double before = watch.steady(() -> kernel.matvec(v));
        Stopwatch.Runs first = watch.runs(() -> kernel(x).matvec(v));
        double free = Math.min(before, watch.steady(() -> kernel.matvec(v))); // the JVM may have compiled it meanwhile
        if (!write) {
            return new Row(n, kernel.rows(), free, first.micros(), false, Double.NaN, Double.NaN, Double.NaN, first
                    .allocated(), 0, product.toDoubles());
        }
        LinearOperator matrix = LinearOperator.of(kernel(x).toDense());
        double difference = matrix.matvec(v).minus(product).abs().max().item() / product.abs().max().item();
        double explicit = watch.steady(() -> matrix.matvec(v));
        Stopwatch.Runs written = watch.runs(() -> kernel(x).toDense());
        return new Row(n, kernel.rows(), free, first.micros(), true, explicit, written.micros(), difference,
                first.allocated(),
                written.allocated(), product.toDoubles());
    }
}
