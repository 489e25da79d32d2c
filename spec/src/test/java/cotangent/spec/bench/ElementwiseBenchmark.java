package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.backend.Executable;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A compiled elementwise function of one tensor; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class ElementwiseBenchmark {
    /** Its name. */
    @Param("tanh")
    public String function = "tanh";

    /** Of the tensor. */
    @Param("f64")
    public String dtype = "f64";

    /** Of the tensor. */
    @Param("4096")
    public int elements = 4096;

    private Executable executable;
    private List<Tensor> inputs;
    private List<Tensor> results;

    /** For JMH. */
    public ElementwiseBenchmark() {}

    /** Compiles the function and draws its argument. */
    @Setup
    public void prepare() {
        DType type = DType.valueOf(dtype.toUpperCase(Locale.ROOT));
        Fn fn = Fn.of(function, this::apply);
        Tensor uniform = Key.of(0).uniform(Shape.of(elements), type);
        Tensor x = function.startsWith("log") ? uniform.times(9.9).plus(0.1) : uniform.times(6).minus(3);
        executable = Backends.byDefault().compile(fn.trace(List.of(x.structure())).graph());
        inputs = List.of(x);
        // Into a tensor that is there already, as NumPy does it with "out".
        results = executable.run(inputs);
        CoreWarmUp.of(this::evaluate);
    }

    private Expr apply(Expr x) {
        return switch (function) {
            case "tanh" -> x.tanh();
            case "exp" -> x.exp();
            case "log" -> x.log();
            case "sigmoid" -> x.sigmoid();
            case "expm1" -> x.expm1();
            case "log1p" -> x.log1p();
            case "sin" -> x.sin();
            case "cos" -> x.cos();
            default -> throw new IllegalArgumentException(function);
        };
    }

    /** The function's values. */
    @Benchmark
    public List<Tensor> evaluate() {
        executable.runInto(inputs, results);
        return results;
    }
}
