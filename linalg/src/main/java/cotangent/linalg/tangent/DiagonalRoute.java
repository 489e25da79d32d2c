package cotangent.linalg.tangent;

import cotangent.dsl.Fn;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A way to the exact diagonal of a tangent kernel: the squared norm of every output's gradient. */
public sealed interface DiagonalRoute permits GradientNorms, JacobianRowNorms, CausalNorms {
    /** Operations, some tenths of a second of them, from which a program for each group pays. */
    double LARGE = 2e10;

    /**
     * The cheapest way from factors: by groups along time where outputs are a recurrence's states and that saves more than
     * making a program for each group takes.
     *
     * @param program the function's
     * @param factors of the program at the inputs, made when they are asked for
     */
    static DiagonalRoute of(Fn function, int[] sampleAxes, SampleFactorProgram program,
            Supplier<SampleFactors> factors, Tree... inputs) {
        Optional<CausalNorms> causal = GradientNorms.cost(program).work().flops() < LARGE
                ? Optional.empty()
                : CausalNorms.of(function, sampleAxes, program, inputs);
        return causal.isPresent() ? causal.get() : GradientNorms.of(factors.get());
    }

    /** What it takes, known before it starts. */
    KernelCost cost();

    /** Reverse passes that takes, each for one output of every sample or for one row of the Jacobian. */
    int passes();

    /** The way in words. */
    String route();

    /**
     * The squared norms by parameter: what each adds to the diagonal.
     *
     * @param listener told, after each block of reverse passes, how many of them are done
     * @return [parameters][outputs], float64
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted
     */
    double[][] squares(ProgressListener listener);

    /** The diagonal, in the time that takes. */
    default KernelDiagonal diagonal(ProgressListener listener) {
        long started = System.nanoTime();
        double[][] squares = squares(listener);
        return new KernelDiagonal(squares, passes(), route(), Duration.ofNanos(System.nanoTime()
                - started));
    }
}
