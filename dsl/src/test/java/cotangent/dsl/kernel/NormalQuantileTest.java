package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The normal quantile against the normal distribution function in 60 decimal digits. */
class NormalQuantileTest {
    private static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal PI = new BigDecimal(
            "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899");

    /**
     * Unit roundoffs of relative error: Horner's rule of degree 7 with positive terms 14 for numerator and denominator
     * each, their quotient and the product with q 2, the argument at most 5 (logarithm 2, root 1, subtraction, times a
     * condition number below 1.2), the approximation itself 1.
     */
    private static final double BOUND = 36 * 0x1p-53;

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-53, 1e-15, 1.3887943864964e-11, 1.3887943864965e-11, 1e-6, 0.0749999, 0.075, 0.0750001,
            0.25, 0.4, 0.5 - 0x1p-53, 0.5 + 0x1p-53, 0.6, 0.925, 0.9250001, 0.999, 1 - 0x1p-53})
    void agreesAtTheEdgesOfItsRanges(double p) {
        assertThat(relativeError(p)).isLessThanOrEqualTo(BOUND);
    }

    @Test
    void agreesAtPointsSpreadOverTheUnitInterval() {
        for (int i = 0; i < 300; i++) {
            double p = (Philox.word(7, 0, 0, i) >>> 12) * 0x1p-52 + 0x1p-53;
            assertThat(relativeError(p)).as("p = %s", p).isLessThanOrEqualTo(BOUND);
            double small = Math.scalb(p, -i / 8);
            assertThat(relativeError(small)).as("p = %s", small).isLessThanOrEqualTo(BOUND);
        }
    }

    @Test
    void isOddAboutOneHalf() {
        for (int i = 1; i < 1000; i++) {
            double p = i / 2048.0;
            assertThat(NormalQuantile.at(1 - p)).isEqualTo(-NormalQuantile.at(p));
        }
    }

    /** To first order the quantile's error is that of the distribution function divided by the density. */
    private static double relativeError(double p) {
        double x = NormalQuantile.at(p);
        BigDecimal size = new BigDecimal(Math.abs(x));
        BigDecimal density = BigDecimal.ONE.divide(exp(size.multiply(size).divide(TWO)).multiply(TWO.multiply(PI)
                .sqrt(
                        DIGITS)),
                DIGITS);
        BigDecimal below = BigDecimal.ONE.divide(TWO)
                .add(density.multiply(oddSeries(size))
                        .multiply(BigDecimal.valueOf(
                                Math.signum(x))));
        BigDecimal error = below.subtract(new BigDecimal(p)).divide(density, DIGITS).divide(size, DIGITS);
        return Math.abs(error.doubleValue());
    }

    private static BigDecimal exp(BigDecimal y) {
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        for (int n = 1; term.compareTo(sum.scaleByPowerOfTen(-60)) > 0; n++) {
            term = term.multiply(y).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    /** x + x^3/3 + x^5/(3 5) + ...; its product with the density is the distribution function less one half. */
    private static BigDecimal oddSeries(BigDecimal x) {
        BigDecimal term = x;
        BigDecimal sum = x;
        for (int n = 3; term.compareTo(sum.scaleByPowerOfTen(-60)) > 0; n += 2) {
            term = term.multiply(x).multiply(x).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }
}
