package cotangent.linalg.dynamics;

/**
 * What training has done, after some time, to the part of the residual that lies along one eigenvector of the kernel.
 *
 * <p>With p = {@link #left} and q = {@link #learned}, p(λ) = 1 − λ q(λ): the residual on the training points is p(K) r₀, and
 * outputs at test points have moved by −K_* q(K) r₀, without a division by K.
 */
interface Decay {
    /** p(λ): the share of the residual that is left; 1 at λ = 0. */
    double left(double eigenvalue);

    /** q(λ) = (1 − p(λ))/λ, and its limit at λ = 0. */
    double learned(double eigenvalue);

    /**
     * Whether the derivatives of p² alternate in sign from 0 to a largest eigenvalue, so that a {@link Measure.Bracket}
     * bounds Σ p².
     */
    boolean alternates(double largest);

    /**
     * Gradient flow ṙ = −c K r after a time t: p = e^(−z) and q = c t φ₁(z), with z = cλt and φ₁(z) = (1 − e^(−z))/z, which
     * is 1 at 0.
     *
     * @param factor c
     * @param time   t, finite
     */
    record Flow(double factor, double time) implements Decay {
        @Override
        public boolean alternates(double largest) {
            return true;
        }

        @Override
        public double left(double eigenvalue) {
            return Math.exp(-factor * time * eigenvalue);
        }

        @Override
        public double learned(double eigenvalue) {
            double z = factor * time * eigenvalue;
            return z == 0 ? factor * time : -Math.expm1(-z) / eigenvalue;
        }
    }

    /**
     * Gradient descent r ← r − h K r after s steps: p = (1 − hλ)^s.
     *
     * @param step  h, the learning rate times the loss's factor
     * @param steps s
     */
    record Descent(double step, double steps) implements Decay {
        @Override
        public boolean alternates(double largest) {
            return step * largest <= 1;
        }

        @Override
        public double left(double eigenvalue) {
            double z = step * eigenvalue;
            // log1p keeps the digits of a slow mode, whose 1 − z would lose them
            return z < 1 ? Math.exp(steps * Math.log1p(-z)) : Math.pow(1 - z, steps);
        }

        @Override
        public double learned(double eigenvalue) {
            double z = step * eigenvalue;
            if (z == 0) {
                return step * steps;
            }
            return z < 1 ? -Math.expm1(steps * Math.log1p(-z)) / eigenvalue : (1 - left(eigenvalue)) / eigenvalue;
        }
    }

    /**
     * Gradient descent with momentum, r ← r + β·(r − r before) − h K r, from rest, after s steps.
     *
     * <p>p and q follow one recurrence of order two in the number of steps, (q, q before) ← M (q, q before) + (h, 0), whose
     * s-th power is taken by squaring: its error is about s·u·max|p|.
     *
     * @param step     h
     * @param momentum β
     * @param steps    s, at most 2^53
     */
    record HeavyBall(double step, double momentum, double steps) implements Decay {
        @Override
        public boolean alternates(double largest) {
            return false;
        }

        @Override
        public double left(double eigenvalue) {
            return evaluate(eigenvalue)[0];
        }

        @Override
        public double learned(double eigenvalue) {
            return evaluate(eigenvalue)[1];
        }

        private double[] evaluate(double eigenvalue) {
            // x ← M x + b is kept as {M row by row, b}; the identity first
            double[] whole = {1, 0, 0, 1, 0, 0};
            double[] power = {1 + momentum - step * eigenvalue, -momentum, 1, 0, step, 0};
            for (long left = (long) steps; left > 0; left >>= 1) {
                if ((left & 1) == 1) {
                    whole = after(power, whole);
                }
                power = after(power, power);
            }
            // p = M^s (1, 1), q = M^s (0, 0) + b
            return new double[]{whole[0] + whole[1], whole[4]};
        }

        /** The map "second, then first". */
        private static double[] after(double[] first, double[] second) {
            return new double[]{first[0] * second[0] + first[1] * second[2],
                    first[0] * second[1] + first[1] * second[3],
                    first[2] * second[0] + first[3] * second[2], first[2] * second[1] + first[3] * second[3],
                    first[0] * second[4] + first[1] * second[5] + first[4], first[2] * second[4] + first[3] * second[5]
                            + first[5]};
        }
    }

    /**
     * Training without end, where it converges: all is learned but what the kernel maps to zero, and q is the pseudoinverse.
     */
    record Forever() implements Decay {
        @Override
        public boolean alternates(double largest) {
            return true;
        }

        @Override
        public double left(double eigenvalue) {
            return eigenvalue == 0 ? 1 : 0;
        }

        @Override
        public double learned(double eigenvalue) {
            return eigenvalue == 0 ? 0 : 1 / eigenvalue;
        }
    }
}
