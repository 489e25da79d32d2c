package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.tangent.Numbers.Matrix;

/** Of a use at one position per sample the gradient is an outer product x'·delta, of squared norm |x|² |delta|². */
record RowNorms(SampleUse use) implements NormRule {
    @Override
    public void add(CotangentBlock block, int sample, int from, int to, double[] norms, Numbers space) {
        for (int group = 0; group < use.groups(); group++) {
            Matrix x = block.x(use, group, sample, 0);
            double size = use.isOnes() ? 1 : x.array().squares(x.from(), use.in());
            Matrix delta = block.delta(use, group, sample, from, 0);
            for (int unit = 0; unit < to - from; unit++) {
                norms[unit] += size * delta.array().squares(delta.from() + unit * use.out(), use.out());
            }
        }
    }

    @Override
    public Cost cost(double outputs, double samples) {
        return Cost.elements(use.groups() * samples * (outputs * use.out() + use.in()));
    }

    @Override
    public String toString() {
        return "|x|² |delta|²";
    }
}
