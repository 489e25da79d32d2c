package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The outputs of a sample by block on the diagonal, by row, and then by what is averaged over.
 *
 * @param blocks of each block on the diagonal, the outputs of each row
 * @param rows   of each block, of each sample one after the other, where the rows go in the reduced kernel
 */
record UnitOrder(List<int[][]> blocks, List<int[]> rows) {
    /** The order, if the reduction is one of each sample's outputs alone. */
    static Optional<UnitOrder> of(SampleFactorProgram program, OutputReduction reduction) {
        int units = program.units();
        int[] places = Storage.ints(program.rows());
        for (int i = 0; i < places.length; i++) {
            if (reduction.traceIndex(places[i]) != reduction.traceIndex(places[i % units]) || reduction.diagonalIndex(
                    places[i]) != reduction.diagonalIndex(places[i % units])) {
                return Optional.empty();
            }
        }
        List<int[][]> blocks = new ArrayList<>();
        List<int[]> rows = new ArrayList<>();
        for (int block = 0; block < reduction.blocks(); block++) {
            int[][] order = order(units, places, reduction, block);
            int[] where = new int[program.samples() * order.length];
            for (int i = 0; i < where.length; i++) {
                where[i] = reduction.row(places[i / order.length * units + order[i % order.length][0]]);
            }
            blocks.add(order);
            rows.add(where);
        }
        return Optional.of(new UnitOrder(blocks, rows));
    }

    private static int[][] order(int units, int[] places, OutputReduction reduction, int block) {
        List<Integer> members = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            if (reduction.diagonalIndex(places[unit]) == block) {
                members.add(unit);
            }
        }
        members.sort(Comparator.comparingInt((Integer unit) -> reduction.row(places[unit]))
                .thenComparingInt(
                        unit -> reduction.traceIndex(places[unit])));
        int summed = reduction.traces();
        int[][] order = new int[members.size() / summed][summed];
        for (int i = 0; i < members.size(); i++) {
            order[i / summed][i % summed] = members.get(i);
        }
        return order;
    }

    /** Whether rows come out in the order of the reduced kernel. */
    boolean isIdentity() {
        int[] only = rows.getFirst();
        for (int i = 0; i < only.length; i++) {
            if (only[i] != i) {
                return false;
            }
        }
        return rows.size() == 1;
    }
}
