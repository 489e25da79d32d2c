package cotangent.dsl.reference;

import cotangent.dsl.ir.BinaryFunction;

/** A sum of balls in the making, whatever order implementations add in. Exact zeros are not counted as terms. */
final class BallSum {
    private final ErrorModel model;
    private double value;
    private double propagated;
    private double magnitude;
    private int terms;
    private int productRoundings;
    private boolean unknown;
    private boolean special;
    private double specialSum;
    private boolean whole = true;

    BallSum(ErrorModel model) {
        this.model = model;
    }

    void add(Ball term) {
        if (!term.isFinite()) {
            addSpecial(term);
            return;
        }
        if (!term.isZero()) {
            accumulate(term.center(), term.radius(), term.largestMagnitude());
        }
    }

    /** Adds a product that may or may not be rounded before it is added. */
    void addProduct(Ball a, Ball b) {
        if (!a.isFinite() || !b.isFinite()) {
            addSpecial(new BallArithmetic(BinaryFunction.MUL, model).apply(a, b));
            return;
        }
        if (!a.isZero() && !b.isZero()) {
            double product = a.center() * b.center();
            productRoundings = 1;
            // Without this a product such as 0.1 * 30 in float64, which rounds to 3, would pass for a whole number.
            whole &= Math.fma(a.center(), b.center(), -product) == 0;
            accumulate(product, BallArithmetic.productRadius(a, b), a.largestMagnitude() * b
                    .largestMagnitude());
        }
    }

    private void accumulate(double center, double radius, double size) {
        terms++;
        value += center;
        propagated += radius;
        magnitude += size;
        whole &= radius == 0 && center == Math.rint(center);
    }

    /** An infinity or NaN swallows every finite term, and opposite infinities make NaN. */
    private void addSpecial(Ball term) {
        if (term.isUnknown()) {
            unknown = true;
        } else {
            specialSum = special ? specialSum + term.center() : term.center();
            special = true;
        }
    }

    Ball result() {
        boolean overflows = magnitude > model.largest();
        if (unknown || special && overflows) {
            return Ball.UNKNOWN;
        }
        if (special) {
            return Ball.exact(specialSum);
        }
        if (whole && magnitude <= model.wholeNumbers()) {
            // Sums of whole numbers this small are exact in any order.
            return Ball.exact(value);
        }
        return model.summed(value, propagated, magnitude, terms - 1 + productRoundings);
    }
}
