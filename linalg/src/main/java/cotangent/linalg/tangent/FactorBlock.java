package cotangent.linalg.tangent;

import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * The factors of the gradients of some outputs of every sample, as arrays.
 *
 * <p>A row of a kernel is a sample with one of {@code rowsPerSample} positions; where the kernel is a sum over outputs,
 * {@code summed} of them make up each row together, one after the other. So cotangents are [groups, positions, rows,
 * summed · out], and inputs [groups, positions, samples, in].
 *
 * @param samples       number of them
 * @param rowsPerSample rows of each sample
 * @param summed        outputs in a row
 * @param inputs        by {@link cotangent.dsl.autodiff.SampleUse#input}
 * @param cotangents    by {@link cotangent.dsl.autodiff.SampleUse#cotangent}
 */
record FactorBlock(int samples, int rowsPerSample, int summed, List<Object> inputs, List<Object> cotangents) {
    private static final Object NOTHING = new Object();

    /** The block of some outputs, those of a row one after the other. */
    static FactorBlock of(SampleFactors factors, int[] units, int summed) {
        return new FactorBlock(factors.program().samples(), units.length / summed, summed, arrays(factors.inputs()),
                arrays(factors.cotangents(units)));
    }

    /** The same, with nothing in place of cotangents that are shared by all samples. */
    static FactorBlock notShared(SampleFactors factors, int[] units, int summed) {
        List<Object> own = new ArrayList<>();
        factors.cotangentsNotShared(units).forEach(found -> own.add(found.map(Storage::array).orElse(NOTHING)));
        return new FactorBlock(factors.program().samples(), units.length / summed, summed, arrays(factors.inputs()),
                own);
    }

    private static List<Object> arrays(List<Tensor> tensors) {
        return tensors.stream().map(Storage::array).toList();
    }

    int rows() {
        return samples * rowsPerSample;
    }

    /** Outputs of a sample. */
    int units() {
        return rowsPerSample * summed;
    }

    /** The sample that a row belongs to. */
    int sample(int row) {
        return row / rowsPerSample;
    }
}
