package cotangent.dsl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MinibatchesTest {
    private static List<Integer> rows(Minibatches batches, long from, long to) {
        List<Integer> rows = new ArrayList<>();
        for (long batch = from; batch < to; batch++) {
            for (int row : batches.indices(batch).toInts()) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Property
    void everyEpochVisitsEveryRowOnce(@ForAll @IntRange(min = 1, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 70) int size, @ForAll @IntRange(max = 5) int epoch, @ForAll long seed) {
        Minibatches batches = Minibatches.of(size, Tensor.arange(rows)).seed(seed);
        long from = (long) epoch * batches.perEpoch();
        assertThat(rows(batches, from, from + batches.perEpoch())).containsExactlyInAnyOrderElementsOf(IntStream
                .range(0,
                        rows)
                .boxed()
                .toList());
        Minibatches whole = batches.dropLast();
        long start = (long) epoch * whole.perEpoch();
        assertThat(rows(whole, start, start + whole.perEpoch())).doesNotHaveDuplicates()
                .hasSize(rows - rows % Math.min(size, rows));
    }

    @Test
    void aBatchIsKnownByItsNumberAlone() {
        Minibatches forward = Minibatches.of(7, Tensor.arange(40)).seed(3);
        Minibatches elsewhere = Minibatches.of(7, Tensor.arange(40)).seed(3);
        List<Tensor> expected = IntStream.range(0, 20).mapToObj(forward::indices).toList();
        for (int batch = 19; batch >= 0; batch--) {
            assertThat(elsewhere.indices(batch)).isEqualTo(expected.get(batch));
        }
        assertThat(rows(forward, 0, 6)).isNotEqualTo(rows(forward, 6, 12));
        assertThat(rows(forward.seed(4), 0, 6)).isNotEqualTo(rows(forward, 0, 6));
        assertThat(rows(forward.inOrder(), 6, 12)).isEqualTo(IntStream.range(0, 40).boxed().toList());
        assertThat(forward.size(5)).isEqualTo(5);
        assertThat(forward.dropLast().perEpoch()).isEqualTo(5);
        assertThat(forward).hasToString("minibatches of 7 of 40 rows, 6 per epoch, seed 3");
    }

    @Test
    void treesAreGatheredByRows() {
        Tensor x = Key.of(1).normal(9, 2, 3);
        Params more = Params.of("y", Tensor.arange(9)).with("z", Tensor.arange(9).cast(DType.I32));
        Minibatches batches = Minibatches.of(4, x, more).seed(1);
        for (long batch = 0; batch < 6; batch++) {
            Tree[] trees = batches.batch(batch);
            int[] rows = batches.indices(batch).toInts();
            for (int i = 0; i < rows.length; i++) {
                assertThat(trees[0].asTensor().at(0, i)).isEqualTo(x.at(0, rows[i]));
                assertThat(trees[1].asParams().get("z").get(i)).isEqualTo(rows[i]);
            }
        }
        Fn loss = Fn.of("loss", (p, in, d) -> in.sum(1, 2).times(d.get("y")).sum().times(p));
        Tensor p = Tensor.scalar(2);
        assertThat(batches.gathered(loss).apply(p, x, more, batches.indices(2))).isEqualTo(loss.apply(p, batches.batch(
                2)[0], batches.batch(2)[1]));
    }

    @Test
    void aBatchOfEverythingIsTheDataThemselves() {
        Tensor x = Key.of(1).normal(9, 2);
        Minibatches batches = Minibatches.of(100, x);
        assertThat(batches.whole()).isTrue();
        assertThat(batches.perEpoch()).isEqualTo(1);
        assertThat(batches.batch(3)[0]).isSameAs(x);
        assertThat(batches.indices(3)).isEqualTo(Tensor.arange(9).cast(DType.I32));
    }

    @Test
    void refusesWhatHasNoRows() {
        assertThatThrownBy(() -> Minibatches.of(0, Tensor.arange(3))).isInstanceOf(CotangentException.class)
                .hasMessageContaining("got 0");
        assertThatThrownBy(() -> Minibatches.of(2, Tensor.scalar(3))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Minibatches.of(2, Tensor.zeros(DType.F64, 0, 4))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Minibatches.of(2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Minibatches.of(2, Tensor.arange(3), Tensor.arange(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected 3 rows")
                .hasMessageContaining("f64[4]");
    }
}
