package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ir.Distribution;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PhiloxTest {
    /** The known answers published with Random123 for philox4x32 with 10 rounds: counter, key, block. */
    @ParameterizedTest
    @CsvSource({
            "00000000000000000000000000000000, 0000000000000000, 6627e8d5e169c58dbc57ac4c9b00dbd8",
            "ffffffffffffffffffffffffffffffff, ffffffffffffffff, 408f276d41c83b0ea20bc7c66d5451fd",
            "243f6a8885a308d313198a2e03707344, a4093822299f31d0, d16cfe0994fdcceb5001e42024126ea1"})
    void givesThePublishedAnswers(String counter, String key, String expected) {
        assertThat(Philox.block(words(counter), words(key))).isEqualTo(words(expected));
    }

    private static int[] words(String hex) {
        int[] words = new int[hex.length() / 8];
        Arrays.setAll(words, i -> HexFormat.fromHexDigits(hex, 8 * i, 8 * i + 8));
        return words;
    }

    @Test
    void laysOutCounterAndKeyAsDocumented() {
        long seed = 0x0123456789ABCDEFL;
        long stream = 0xFEDCBA9876543210L;
        long probe = 0xCAFEBABEL;
        int[] block = Philox.block(new int[]{5, (int) probe, (int) stream, (int) (stream >>> 32)}, new int[]{(int) seed,
                (int) (seed >>> 32)});
        for (int i = 0; i < 4; i++) {
            assertThat(Philox.bits(seed, stream, probe, 20 + i)).isEqualTo(block[i]);
        }
        assertThat((int) Philox.word(seed, stream, probe, 10)).isEqualTo(block[0]);
        assertThat((int) (Philox.word(seed, stream, probe, 10) >>> 32)).isEqualTo(block[1]);
    }

    @Property
    void anElementDoesNotDependOnWhatElseIsMade(@ForAll Distribution distribution, @ForAll long seed,
            @ForAll long stream, @ForAll @LongRange(max = 0xFFFFFFFFL) long probe,
            @ForAll @LongRange(max = 1L << 33) long first, @ForAll @IntRange(max = 3000) int count) {
        long start = Math.min(first, (1L << 33) - count);
        double[] together = new double[count];
        Philox.fill(distribution, seed, stream, probe, together, 0, 1, count, start);
        double[] one = new double[1];
        for (int i = 0; i < count; i += 1 + count / 20) {
            Philox.fill(distribution, seed, stream, probe, one, 0, 1, 1, start + i);
            assertThat(together[i]).isEqualTo(one[0])
                    .isEqualTo(fromWords(distribution, seed, stream, probe, start + i));
        }
    }

    private static double fromWords(Distribution distribution, long seed, long stream, long probe, long element) {
        if (distribution == Distribution.RADEMACHER) {
            return (Philox.word(seed, stream, probe, element / 64) >>> element % 64 & 1) == 1 ? 1 : -1;
        }
        double uniform = ((Philox.word(seed, stream, probe, element) >>> 12) + 0.5) / 0x1p52;
        return distribution == Distribution.UNIFORM ? uniform : NormalQuantile.at(uniform);
    }

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void writesEveryStrideThPlaceAndNoOther(Distribution distribution) {
        int count = 777;
        double[] dense = new double[count];
        Philox.fill(distribution, 1, 2, 3, dense, 0, 1, count, 100);
        double[] strided = new double[3 * count + 5];
        Philox.fill(distribution, 1, 2, 3, strided, 4, 3, count, 100);
        for (int i = 0; i < strided.length; i++) {
            boolean written = i >= 4 && (i - 4) % 3 == 0 && (i - 4) / 3 < count;
            assertThat(strided[i]).isEqualTo(written ? dense[(i - 4) / 3] : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void float32NumbersAreTheRoundedFloat64Ones(Distribution distribution) {
        double[] doubles = new double[5000];
        float[] floats = new float[5000];
        Philox.fill(distribution, 9, 8, 7, doubles, 0, 1, 5000, 1);
        Philox.fill(distribution, 9, 8, 7, floats, 0, 1, 5000, 1);
        for (int i = 0; i < 5000; i++) {
            assertThat(floats[i]).isEqualTo((float) doubles[i]);
        }
    }

    @Test
    void aUniformNumberThatRoundsToOneStaysBelow() {
        long element = ROUNDS_TO_ONE;
        double[] exact = new double[1];
        float[] rounded = new float[1];
        Philox.fill(Distribution.UNIFORM, 0, 0, 0, exact, 0, 1, 1, element);
        Philox.fill(Distribution.UNIFORM, 0, 0, 0, rounded, 0, 1, 1, element);
        assertThat((float) exact[0]).isEqualTo(1f);
        assertThat(exact[0]).isLessThan(1);
        assertThat(rounded[0]).isEqualTo(Math.nextDown(1f));
    }

    /** Found by search: the first element of seed 0, stream 0, probe 0 above 1 - 2^-25. */
    private static final long ROUNDS_TO_ONE = 22_063_287;

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void aKeyTensorNamesSeedAndStream(Distribution distribution) {
        long seed = 0x8000000180000002L;
        long stream = 0x9000000390000004L;
        int[] key = {77, (int) seed, (int) (seed >>> 32), (int) stream, (int) (stream >>> 32)};
        double[] fromKey = new double[100];
        double[] direct = new double[100];
        Philox.fillFromKey(distribution, key, 1, fromKey, 0, 100);
        Philox.fill(distribution, seed, stream, 0, direct, 0, 1, 100, 0);
        assertThat(fromKey).isEqualTo(direct);
        float[] floats = new float[101];
        Philox.fillFromKey(distribution, key, 1, floats, 1, 100);
        assertThat(floats[100]).isEqualTo((float) direct[99]);
    }

    /**
     * A norm of n rounded elements: each element, the sum of squares (relative error n/2 + 1 at most in its root) and the
     * scale are rounded once or twice.
     */
    @ParameterizedTest
    @CsvSource({"1", "2", "10", "1000"})
    void aSphereProbeHasTheLengthOfItsDimension(int count) {
        double[] probe = new double[2 * count];
        Philox.sphere(4, 5, 6, probe, 1, 2, count);
        double squares = 0;
        for (int i = 0; i < count; i++) {
            squares += probe[1 + 2 * i] * probe[1 + 2 * i];
        }
        assertThat(Math.abs(squares / count - 1)).isLessThanOrEqualTo((2 * count + 8) * 0x1p-53);
        float[] rounded = new float[count];
        Philox.sphere(4, 5, 6, rounded, 0, 1, count);
        assertThat(rounded[count - 1]).isEqualTo((float) probe[2 * count - 1]);
    }

    @Test
    void refusesProbesAndElementsOutsideTheCounter() {
        double[] out = new double[2];
        assertThatThrownBy(() -> Philox.fill(Distribution.NORMAL, 0, 0, -1, out, 0, 1, 2, 0)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("probe").hasMessageContaining("-1");
        assertThatThrownBy(() -> Philox.fill(Distribution.NORMAL, 0, 0, 1L << 32, out, 0, 1, 2, 0)).isInstanceOf(
                InvalidDataException.class);
        assertThatThrownBy(() -> Philox.fill(Distribution.NORMAL, 0, 0, 0, out, 0, 1, 2, (1L << 33) - 1)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("8589934591");
        Philox.fill(Distribution.NORMAL, 0, 0, 0, out, 0, 1, 2, (1L << 33) - 2);
        Philox.fill(Distribution.RADEMACHER, 0, 0, 0, out, 0, 1, 2, (1L << 39) - 2);
        assertThat(Math.abs(out[1])).isEqualTo(1);
    }
}
