package cotangent.linalg.tangent;

import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.kernel.Storage;

/**
 * Products of cotangents δ[n, c] = u[c] ∘ v[n], summed over the outputs c: Σ_c δ[n, c]·δ[n', c] = Σ_o w_o v[n]_o v[n']_o with
 * w_o = Σ_c u[c]_o², one product in place of as many as there are outputs.
 */
final class SharedProducts {
    private SharedProducts() {}

    /** Whether terms over sums of outputs may leave out shared cotangents: nothing else asks for these. */
    static boolean apply(KernelTerms terms, SampleFactorProgram program) {
        return terms.pairs().stream().allMatch(PairTerm::isSingle) && terms.gradients()
                .stream()
                .flatMap(term -> term.uses().stream())
                .noneMatch(use -> program.isShared(use.cotangent()));
    }

    /**
     * Adds the products of a shared cotangent for all pairs of samples, of a symmetric kernel the lower triangle.
     *
     * @param units the outputs summed over
     */
    static void add(Scalars scalars, int cotangent, SampleFactors rows, SampleFactors columns, int[] units, Object to) {
        int n = rows.program().samples();
        int m = columns.program().samples();
        int at = number(rows.program(), cotangent);
        Tensor shared = rows.sharedParts(units).get(at);
        Tensor other = rows == columns ? shared : columns.sharedParts(units).get(at);
        double[] weights = weights(shared, other);
        int out = weights.length;
        Object own = Storage.array(rows.ownParts().get(at));
        if (rows == columns) {
            for (int i = 0; i < out; i++) {
                weights[i] = Math.sqrt(weights[i]);
            }
            Object scaled = scalars.columnsTimes(own, weights);
            scalars.syrk(n, out, scaled, 0, out, to, 0, m, 1);
        } else {
            Object scaled = scalars.columnsTimes(own, weights);
            scalars.gemm(n, m, out, scaled, 0, out, 1, Storage.array(columns.ownParts().get(at)), 0, 1, out, 1, to, 0,
                    m);
        }
    }

    /** The number of a shared cotangent among those that are. */
    private static int number(SampleFactorProgram program, int cotangent) {
        int number = 0;
        for (int i = 0; i < cotangent; i++) {
            number += program.isShared(i) ? 1 : 0;
        }
        return number;
    }

    /** Of each column the inner product of the two. */
    private static double[] weights(Tensor left, Tensor right) {
        int out = left.shape().extent(1);
        double[] a = left.toDoubles();
        double[] b = right.toDoubles();
        double[] weights = new double[out];
        for (int i = 0; i < a.length; i++) {
            weights[i % out] += a[i] * b[i];
        }
        return weights;
    }
}
