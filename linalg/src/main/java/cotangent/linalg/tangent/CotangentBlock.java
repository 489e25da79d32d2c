package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.autodiff.SampleUse;
import cotangent.linalg.tangent.Numbers.Matrix;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The factors of the gradients of some outputs of every sample, as matrices.
 *
 * @param samples    number of samples
 * @param width      number of outputs of each sample
 * @param inputs     x by number, [groups, positions, samples, in]
 * @param cotangents delta by number, [groups, positions, samples, width, out]
 * @param ones       as many ones as any use has positions or outputs
 */
record CotangentBlock(DType dtype, int samples, int width, List<Numbers> inputs, List<Numbers> cotangents,
        Numbers ones) {
    /** Outputs {@code from, ..., to - 1} of every sample; one reverse pass of a block. */
    static CotangentBlock of(SampleFactors factors, int from, int to) {
        DType dtype = factors.program().dtype();
        int most = factors.program().uses().stream().mapToInt(SampleUse::positions).max().orElse(0);
        List<Tensor> cotangents = factors.cotangents(IntStream.range(from, to).toArray());
        return new CotangentBlock(dtype, factors.program().samples(), to - from, factors.inputs()
                .stream()
                .map(Numbers::of)
                .toList(), cotangents.stream().map(Numbers::of).toList(), Numbers.ones(dtype, most));
    }

    /** Columns {@code first, ...} of a sample's x: [positions, in - first]. */
    Matrix x(SampleUse use, int group, int sample, int first) {
        return use.isOnes()
                ? new Matrix(ones, 0, 1, 1)
                : new Matrix(inputs.get(use.input()), (group * use.positions() * samples + sample) * use.in() + first,
                        samples * use.in(), 1);
    }

    /** A sample's delta of the outputs {@code unit, ...}, each beginning at column {@code first}: [positions, ...]. */
    Matrix delta(SampleUse use, int group, int sample, int unit, int first) {
        int start = (group * use.positions() * samples + sample) * width + unit;
        return new Matrix(cotangents.get(use.cotangent()), start * use.out() + first, samples * width * use.out(), 1);
    }
}
