package cotangent.linalg.infinite;

import java.util.Arrays;

/**
 * s' − k' and s' + k' of a Hermite series without cancellation. With coefficients scaled to unit vectors a and b, and c ≥ 0,
 *
 * <pre>1 − Σ aₙ bₙ cⁿ = Σ (aₙ − bₙ)²/2 + Σ aₙ bₙ (1 − cⁿ),  1 − cⁿ⁺¹ = (1 − cⁿ) + cⁿ (1 − c)</pre>
 *
 * <p>For negative c, terms of even degree change sign in b, and the sum gives s' + k'.
 */
final class HermiteGap {
    private HermiteGap() {}

    static void fill(Strip in, Strip out, double[] correlation, Pairs x, Pairs y, Room room) {
        int count = in.count();
        double[] power = room.scratch(1);
        double[] loss = room.scratch(2);
        double[] odd = room.scratch(3);
        double[] even = room.scratch(4);
        double[] total = room.scratch(5);
        Arrays.fill(power, 0, count, 1);
        Arrays.fill(loss, 0, count, 0);
        Arrays.fill(odd, 0, count, 0);
        Arrays.fill(even, 0, count, 0);
        Arrays.fill(total, 0, count, 0);
        double[][] rows = out.rows().coefficients();
        double[][] columns = out.columns().coefficients();
        double[] first = room.scratch(6);
        firstLosses(in, x, first);
        for (int n = 0; n < Math.min(rows.length, columns.length); n++) {
            double[] sum = n % 2 == 0 ? even : odd;
            add(out, rows[n][out.row()], columns[n], loss, sum);
            if (n % 2 == 0) {
                squares(out, rows[n][out.row()], columns[n], total);
            }
            for (int i = 0; i < count; i++) {
                loss[i] = Math.fma(power[i], first[i], loss[i]);
                power[i] *= Math.abs(correlation[i]);
            }
        }
        double r1 = out.deviation();
        for (int i = 0; i < count; i++) {
            double s = r1 * out.deviations()[i];
            boolean positive = correlation[i] >= 0;
            double near = s * (odd[i] + (positive ? even[i] : total[i] - even[i]));
            y.apart[i] = positive ? near : 2 * s - near;
            y.together[i] = positive ? 2 * s - near : near;
        }
    }

    /** 1 − |c|. */
    private static void firstLosses(Strip in, Pairs x, double[] first) {
        double r1 = in.deviation();
        double[] deviations = in.deviations();
        for (int i = 0; i < in.count(); i++) {
            double s = r1 * deviations[i];
            first[i] = Math.min(x.apart[i], x.together[i]) / Math.max(s, Double.MIN_NORMAL);
        }
    }

    private static void add(Strip out, double coefficient, double[] column, double[] loss, double[] sum) {
        double[] deviations = out.deviations();
        double a = coefficient / Math.max(out.deviation(), Double.MIN_NORMAL);
        for (int i = 0; i < out.count(); i++) {
            double b = column[i] / Math.max(deviations[i], Double.MIN_NORMAL);
            double difference = a - b;
            sum[i] += 0.5 * difference * difference + a * b * loss[i];
        }
    }

    private static void squares(Strip out, double coefficient, double[] column, double[] total) {
        double[] deviations = out.deviations();
        double a = coefficient / Math.max(out.deviation(), Double.MIN_NORMAL);
        for (int i = 0; i < out.count(); i++) {
            double b = column[i] / Math.max(deviations[i], Double.MIN_NORMAL);
            total[i] += a * a + b * b;
        }
    }
}
