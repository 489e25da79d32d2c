package cotangent.spec.bench;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The product of a network's empirical NTK with a vector or a block of them; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class ProductBenchmark {
    /** The network's, input first, or {@code gru-inputs-states-steps}. */
    @Param("20-10-4")
    public String widths = "20-10-4";

    /** Of everything. */
    @Param("f64")
    public String dtype = "f64";

    /** Of its inputs. */
    @Param("8")
    public int samples = 8;

    /** In a block; 1 for a product with a vector. */
    @Param("1")
    public int vectors = 1;

    private EmpiricalNtk kernel;
    private Tensor v;

    /** For JMH. */
    public ProductBenchmark() {}

    /** Linearizes the network and draws the vectors. */
    @Setup
    public void prepare() {
        DType type = DType.valueOf(dtype.toUpperCase(Locale.ROOT));
        kernel = widths.startsWith("gru-") ? recurrent(type) : layered(type);
        int rows = kernel.rows();
        v = Key.of(2).normal(vectors == 1 ? Shape.of(rows) : Shape.of(rows, vectors), type);
        WarmUp.of(this::product);
    }

    private EmpiricalNtk layered(DType type) {
        int[] layers = Arrays.stream(widths.split("-")).mapToInt(Integer::parseInt).toArray();
        Mlp mlp = Nn.mlp(layers).activation(Activation.TANH).dtype(type);
        return EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), Key.of(1).normal(Shape.of(samples, layers[0]), type));
    }

    /** Of all hidden states: gru-inputs-states-steps. */
    private EmpiricalNtk recurrent(DType type) {
        int[] sizes = Arrays.stream(widths.split("-")).skip(1).mapToInt(Integer::parseInt).toArray();
        int states = sizes[1];
        Params parameters = Params.of(Map.of());
        int[][] shapes = {{3 * states, sizes[0]}, {3 * states, states}, {3 * states}, {3 * states}};
        for (int i = 0; i < shapes.length; i++) {
            parameters = parameters.with(List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh").get(i), Key.of(3 + i)
                    .normal(Shape.of(shapes[i]), type)
                    .times(1 / Math.sqrt(states)));
        }
        Fn gru = Fn.of("gru", (p, x) -> Nn.gru(p, x, Expr.of(Tensor.zeros(type, samples, states))).get(0));
        return EmpiricalNtk.of(gru, parameters, Key.of(1).normal(Shape.of(sizes[2], samples, sizes[0]), type));
    }

    /** K·v. */
    @Benchmark
    public Tensor product() {
        return vectors == 1 ? kernel.matvec(v) : kernel.matmat(v);
    }
}
