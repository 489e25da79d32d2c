package cotangent.linalg.infinite;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions with 60 digits, for references. */
final class Decimals {
    static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal SMALL = new BigDecimal("1e-62");
    static final BigDecimal PI = atan(BigDecimal.ONE).multiply(BigDecimal.valueOf(4));

    private Decimals() {}

    static BigDecimal of(double x) {
        return new BigDecimal(x);
    }

    static BigDecimal sqrt(BigDecimal x) {
        return x.sqrt(DIGITS);
    }

    static BigDecimal divide(BigDecimal x, BigDecimal y) {
        return x.divide(y, DIGITS);
    }

    /** Halved until the series converges fast: atan t = 2 atan(t / (1 + sqrt(1 + t²))). */
    static BigDecimal atan(BigDecimal t) {
        BigDecimal x = t;
        int halvings = 0;
        while (x.abs().doubleValue() > 0.05) {
            x = divide(x, BigDecimal.ONE.add(sqrt(BigDecimal.ONE.add(x.multiply(x, DIGITS)))));
            halvings++;
        }
        BigDecimal square = x.multiply(x, DIGITS).negate();
        BigDecimal power = x;
        BigDecimal sum = x;
        for (int n = 3; power.abs().compareTo(SMALL.multiply(x.abs())) > 0; n += 2) {
            power = power.multiply(square, DIGITS);
            sum = sum.add(divide(power, BigDecimal.valueOf(n)), DIGITS);
        }
        return sum.multiply(BigDecimal.ONE.add(BigDecimal.ONE).pow(halvings), DIGITS);
    }

    /** The angle with this cosine and this sine, the sine not negative. */
    static BigDecimal angle(BigDecimal cosine, BigDecimal sine) {
        if (sine.signum() == 0) {
            return cosine.signum() >= 0 ? BigDecimal.ZERO : PI;
        }
        BigDecimal half = cosine.signum() >= 0 ? divide(sine, BigDecimal.ONE.add(cosine))
                : divide(BigDecimal.ONE.subtract(
                        cosine), sine);
        return atan(half).multiply(BigDecimal.TWO);
    }

    static BigDecimal sineOf(BigDecimal cosine) {
        BigDecimal square = BigDecimal.ONE.subtract(cosine).multiply(BigDecimal.ONE.add(cosine), DIGITS);
        return sqrt(square.max(BigDecimal.ZERO));
    }
}
