package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import java.util.List;

/**
 * Uses that see a parameter's entries in different ways, such as all of it and a row of it: each output's gradient is
 * gathered in the parameter's own order, and squared.
 */
record ScatteredNorms(List<SampleUse> uses, int size) implements NormRule {
    @Override
    public void add(CotangentBlock block, int sample, int from, int to, double[] norms, Numbers space) {
        double[] gradient = new double[size];
        Numbers whole = new Numbers.F64(gradient);
        for (int unit = from; unit < to; unit++) {
            java.util.Arrays.fill(gradient, 0);
            for (SampleUse use : uses) {
                scatter(block, use, sample, unit, gradient, space);
            }
            norms[unit - from] += whole.squares(0, size);
        }
    }

    private static void scatter(CotangentBlock block, SampleUse use, int sample, int unit, double[] gradient,
            Numbers space) {
        int[] places = Storage.ints(use.places());
        int out = use.out();
        int rows = Math.clamp(Scratch.SIZE / out, 1, use.in());
        Numbers piece = out <= Scratch.SIZE ? space : Numbers.zeros(block.dtype(), out);
        for (int group = 0; group < use.groups(); group++) {
            for (int row = 0; row < use.in(); row += rows) {
                int height = Math.min(rows, use.in() - row);
                piece.product(height, out, use.positions(), block.x(use, group, sample, row).transpose(), block.delta(
                        use, group, sample, unit, 0), false, 0, out);
                int at = (group * use.in() + row) * out;
                for (int i = 0; i < height * out; i++) {
                    gradient[places[at + i]] += piece.get(i);
                }
            }
        }
    }

    @Override
    public Cost cost(double outputs, double samples) {
        Cost cost = Cost.elements(samples * outputs * 2 * size);
        for (SampleUse use : uses) {
            double each = use.groups() * samples * outputs;
            cost = cost.plus(Cost.product(each, use.in(), use.positions(), use.out()))
                    .plus(Cost.elements(each * use.in()
                            * use.out()));
        }
        return cost;
    }

    @Override
    public String toString() {
        return "x'·delta, gathered";
    }
}
