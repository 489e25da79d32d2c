package cotangent.linalg.dynamics;

/**
 * Where on the kernel's spectrum a residual r lies: ‖f(K) r‖² = Σ weight·f(node)², all of it or by a quadrature rule.
 *
 * @param nodes   eigenvalues, or Ritz values, none negative
 * @param weights not negative
 */
record Measure(double[] nodes, double[] weights) {
    /** Σ weight·p(node)². */
    double left(Decay decay) {
        double sum = 0;
        for (int i = 0; i < nodes.length; i++) {
            double left = decay.left(nodes[i]);
            sum += weights[i] * left * left;
        }
        return sum;
    }

    /** Σ weight, ‖r‖². */
    double total() {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        return sum;
    }

    /** The largest node that matters; 0 where there is none. */
    double largest() {
        double largest = 0;
        for (int i = 0; i < nodes.length; i++) {
            largest = weights[i] > 0 ? Math.max(largest, nodes[i]) : largest;
        }
        return largest;
    }

    /** Both measures as one. */
    Measure join(Measure other) {
        double[] allNodes = new double[nodes.length + other.nodes.length];
        double[] allWeights = new double[allNodes.length];
        System.arraycopy(nodes, 0, allNodes, 0, nodes.length);
        System.arraycopy(other.nodes, 0, allNodes, nodes.length, other.nodes.length);
        System.arraycopy(weights, 0, allWeights, 0, nodes.length);
        System.arraycopy(other.weights, 0, allWeights, nodes.length, other.nodes.length);
        return new Measure(allNodes, allWeights);
    }

    /**
     * A residual's measure from both sides: sums of functions of which all even derivatives are positive and all odd ones
     * negative, such as e^(−λt), lie between.
     *
     * @param lower Gauss' rule
     * @param upper Gauss and Radau's rule with a node at 0
     * @param exact whether both are the measure itself, or all that the residual can know of it
     */
    record Bracket(Measure lower, Measure upper, boolean exact) {}
}
