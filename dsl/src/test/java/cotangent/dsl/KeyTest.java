package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyTest {
    @Test
    void drawsProbeZeroOfItsStream() {
        double[] expected = new double[6];
        Philox.fill(Distribution.NORMAL, 5, 3, 0, expected, 0, 1, 6, 0);
        assertThat(Key.of(5).stream(3).normal(2, 3)).isEqualTo(Tensor.of(Shape.of(2, 3), expected));
        assertThat(Key.of(5).stream(3).normal(Shape.of(2, 3), DType.F32).get(1, 2)).isEqualTo((float) expected[5]);
    }

    /** The numbers of seed 42, from a program in another language; they must never change. */
    @Test
    void keepsItsNumbersForEver() {
        assertThat(Key.of(42).uniform(3).toDoubles()).containsExactly(UNIFORM_42);
        assertThat(Key.of(42).normal(3).toDoubles()).containsExactly(NORMAL_42);
        assertThat(Key.of(42).rademacher(8).toDoubles()).containsExactly(RADEMACHER_42);
        assertThat(Key.of(42).fold(1)).isEqualTo(FOLD_42);
        assertThat(Key.of(42).permutation(8).toInts()).containsExactly(PERMUTATION_42);
    }

    private static final double[] UNIFORM_42 = {0.46858651833910503, 0.3408615493851789, 0.32706338120338485};
    private static final double[] NORMAL_42 = {-0.07882346885253179, -0.41011294279565147, -0.4480366278979277};
    private static final double[] RADEMACHER_42 = {1, 1, -1, -1, 1, -1, 1, -1};
    private static final Key FOLD_42 = new Key(0x53ac84a31fff91bfL, 0x4880ca27e09cb987L);
    private static final int[] PERMUTATION_42 = {5, 2, 0, 1, 7, 6, 4, 3};

    @Property
    void derivedKeysDiffer(@ForAll long seed, @ForAll long stream) {
        Key key = new Key(seed, stream);
        Set<Key> keys = new HashSet<>(key.split(10));
        keys.add(key);
        keys.add(key.fold(1L << 32));
        keys.add(key.fold(-1));
        keys.add(key.stream(stream + 1).fold(0));
        keys.add(key.fold(0).fold(0));
        assertThat(keys).hasSize(15);
    }

    @Test
    void splitIsFoldByPosition() {
        assertThat(Key.of(1).split(3)).isEqualTo(List.of(Key.of(1).fold(0), Key.of(1).fold(1), Key.of(1).fold(2)));
    }

    /** Of 64 derived streams no two have a correlation beyond 5 deviations (2016 pairs, 6e-7 each). */
    @Test
    void derivedStreamsAreUncorrelated() {
        int n = 4096;
        List<double[]> draws = Key.of(3).split(64).stream().map(key -> key.normal(n).toDoubles()).toList();
        for (int a = 0; a < draws.size(); a++) {
            for (int b = 0; b < a; b++) {
                double[] x = draws.get(a);
                double[] y = draws.get(b);
                double sum = IntStream.range(0, n).mapToDouble(i -> x[i] * y[i]).sum();
                assertThat(Math.abs(sum)).isLessThan(5 * Math.sqrt(n));
            }
        }
    }

    @Property
    void aPermutationHoldsEachNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 500) int count) {
        int[] order = Key.of(seed).permutation(count).toInts();
        Arrays.sort(order);
        assertThat(order).isEqualTo(IntStream.range(0, count).toArray());
    }

    /** All 24 orders of 4 over 24,000 keys: chi-square with 23 degrees of freedom is below 49.73 with probability 0.999. */
    @Test
    void ordersAreEquallyLikely() {
        int[] counts = new int[256];
        for (int i = 0; i < 24_000; i++) {
            int[] p = Key.of(9).stream(i).permutation(4).toInts();
            counts[p[0] * 64 + p[1] * 16 + p[2] * 4 + p[3]]++;
        }
        int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertThat(seen).hasSize(24);
        assertThat(Arrays.stream(seen).mapToDouble(count -> (count - 1000.0) * (count - 1000.0) / 1000).sum())
                .isLessThan(
                        49.73);
    }

    @Test
    void asTensorGivesItsWordsLowFirst() {
        assertThat(new Key(0x0000000200000001L, 0x0000000400000003L).toTensor()).isEqualTo(Tensor.of(1, 2, 3, 4));
    }

    @Test
    void drawsFloatingPointOnly() {
        assertThatThrownBy(() -> Key.of(0).normal(Shape.of(2), DType.I32)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("i32");
    }
}
