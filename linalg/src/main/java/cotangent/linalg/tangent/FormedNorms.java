package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import java.util.List;

/**
 * The gradient x'·delta of each output itself, a piece at a time, squared and forgotten: one product for many outputs.
 * Several uses of the same entries add up before they are squared, and so do those that see the entries transposed, as
 * tied weights do: theirs is delta'·x.
 */
record FormedNorms(List<SampleUse> uses, List<SampleUse> transposed) implements NormRule {
    @Override
    public void add(CotangentBlock block, int sample, int from, int to, double[] norms, Numbers space) {
        SampleUse first = uses.getFirst();
        int out = first.out();
        int rows = Math.clamp(Scratch.SIZE / out, 1, first.in());
        int units = Math.clamp(Scratch.SIZE / ((long) rows * out), 1, to - from);
        Numbers piece = out <= Scratch.SIZE ? space : Numbers.zeros(block.dtype(), out);
        for (int group = 0; group < first.groups(); group++) {
            for (int row = 0; row < first.in(); row += rows) {
                int height = Math.min(rows, first.in() - row);
                for (int unit = from; unit < to; unit += units) {
                    int count = Math.min(units, to - unit);
                    form(block, group, sample, row, height, unit, count, piece);
                    for (int i = 0; i < height; i++) {
                        for (int j = 0; j < count; j++) {
                            norms[unit - from + j] += piece.squares((i * count + j) * out, out);
                        }
                    }
                }
            }
        }
    }

    /** Some rows of some outputs' gradients: [height, count, out]. */
    private void form(CotangentBlock block, int group, int sample, int row, int height, int unit, int count,
            Numbers piece) {
        int out = uses.getFirst().out();
        boolean add = false;
        for (SampleUse use : uses) {
            piece.product(height, count * out, use.positions(), block.x(use, group, sample, row).transpose(), block
                    .delta(use, group, sample, unit, 0), add, 0, count * out);
            add = true;
        }
        for (SampleUse use : transposed) {
            for (int j = 0; j < count; j++) {
                piece.product(height, out, use.positions(), block.delta(use, group, sample, unit + j, row).transpose(),
                        block.x(use, group, sample, 0), true, j * out, count * out);
            }
        }
    }

    @Override
    public Cost cost(double outputs, double samples) {
        double positions = 0;
        for (SampleUse use : uses) {
            positions += use.positions();
        }
        for (SampleUse use : transposed) {
            positions += use.positions();
        }
        SampleUse first = uses.getFirst();
        double columns = transposed.isEmpty() ? outputs * first.out() : first.out();
        double products = first.groups() * samples * outputs * first.out() / columns;
        return Cost.product(products, first.in(), positions, columns)
                .plus(Cost.elements(first.groups() * samples * outputs
                        * first.in() * first.out()));
    }

    @Override
    public String toString() {
        return "x'·delta";
    }
}
