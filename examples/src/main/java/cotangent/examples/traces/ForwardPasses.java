package cotangent.examples.traces;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Jacobian-vector products of a model as one program of parameters, inputs and vectors: no linearization, no tape; compiled once
 * for all parameters.
 *
 * <p>Two ways to the trace of K = J·Jᵀ use them. FHutch takes J as an operator. The other draws for each sample b probes of its
 * own: tr K = Σ_b ‖J_b‖_F², and Σ_b ‖J_b p_b‖² with independent p_b has that mean. It is FHutch for the model whose samples each
 * have their own copy of the parameters, a block-diagonal Jacobian with the same trace of J·Jᵀ; what the samples' gradients have
 * in common, which is most of the variance where all look alike, no longer adds up: for N samples with the same JᵀJ the variance
 * is N times smaller, at the same passes.
 */
final class ForwardPasses {
    /** Numbers in the probes of one block. */
    private static final int BLOCK = 1 << 22;

    private final TraceModel model;
    private final Fn columns;
    private final Fn samples;
    private final Tensor separate;
    private final int state;

    ForwardPasses(TraceModel model) {
        this.model = model;
        this.state = model.kernel().rows();
        Fn tangent = Fn.of("tangent", (p, x, v) -> model.fn().jvp().apply(p, x, tree(v), x.filled(0)).get(1).flatten());
        this.columns = tangent.vmap(new int[]{Fn.UNMAPPED, Fn.UNMAPPED, 1}, 1);
        Fn square = Fn.of("square", (p, x, v) -> tangent.apply(p, x, v).square().sum());
        this.samples = square.vmap(new int[]{Fn.UNMAPPED, 0, 0}, 0);
        this.separate = model.inputs().expandDims(model.sampleAxis() + 1).moveAxis(model.sampleAxis(), 0);
    }

    /** A vector as parameters. */
    private Expr tree(Expr vector) {
        Map<String, Expr> entries = new LinkedHashMap<>();
        int from = 0;
        for (String name : model.params().names()) {
            Shape shape = model.params().get(name).shape();
            entries.put(name, vector.slice(0, from, from + shape.size()).reshape(shape));
            from += shape.size();
        }
        return Expr.params(entries);
    }

    private DType dtype() {
        return model.inputs().dtype();
    }

    /** J at parameters, [state, parameters]; it has no transpose. */
    LinearOperator jacobian(Params params) {
        return new Jacobian(params);
    }

    /** J, each of whose products is a forward pass. */
    private final class Jacobian implements LinearOperator {
        private final Params params;

        Jacobian(Params params) {
            this.params = params;
        }

        @Override
        public int rows() {
            return state;
        }

        @Override
        public int columns() {
            return model.parameters();
        }

        @Override
        public DType dtype() {
            return ForwardPasses.this.dtype();
        }

        @Override
        public Tensor matmat(Tensor block) {
            return (Tensor) columns.apply(params, model.inputs(), block);
        }

        @Override
        public Tensor rmatmat(Tensor block) {
            throw new UnsupportedOperationException("a forward pass has no transpose");
        }

        @Override
        public Tensor matvec(Tensor vector) {
            return matmat(vector.expandDims(1)).flatten();
        }

        @Override
        public Tensor rmatvec(Tensor vector) {
            return rmatmat(vector);
        }

        @Override
        public DerivativeCost matvecCost() {
            return DerivativeCost.JVP;
        }
    }

    /**
     * The trace from so many passes over all samples, each sample with probes of its own.
     *
     * @param passes at least 2, for an error bar from the spread of each sample's values
     */
    Estimate trace(Params params, int passes, long seed) {
        long started = System.nanoTime();
        int count = model.samples();
        int block = Math.clamp(BLOCK / model.parameters(), 1, count);
        double value = 0;
        double variance = 0;
        for (int from = 0; from < count; from += block) {
            int to = Math.min(count, from + block);
            Tensor inputs = separate.slice(0, from, to);
            double[][] forms = new double[passes][];
            for (int pass = 0; pass < passes; pass++) {
                Key key = Key.of(seed).fold((long) from * passes + pass);
                Tensor probes = key.rademacher(Shape.of(to - from, model.parameters()), dtype());
                forms[pass] = ((Tensor) samples.apply(params, inputs, probes)).toDoubles();
            }
            for (int b = 0; b < to - from; b++) {
                double mean = 0;
                double spread = 0;
                for (double[] form : forms) {
                    mean += form[b] / passes;
                }
                for (double[] form : forms) {
                    spread += (form[b] - mean) * (form[b] - mean) / (passes - 1);
                }
                value += mean;
                variance += spread / passes;
            }
        }
        return new Estimate("trace", value, Math.sqrt(variance), ErrorBar.SAMPLE, count * (passes - 1), value, passes,
                passes, 0, passes, seed, "%d Rademacher probes for each of %d samples".formatted(passes, count),
                Duration.ofNanos(System.nanoTime() - started), true);
    }
}
