package cotangent.linalg.infinite;

import cotangent.linalg.dense.GaussQuadrature;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gauss-Hermite quadrature for the standard normal distribution, with the Hermite functions at its nodes.
 *
 * <p>Nodes are the eigenvalues of the Jacobi matrix (G. H. Golub and J. H. Welsch 1969). The functions come from the three-term
 * recurrence times exp(−z²/4), which stays in range up to 600 nodes, and are scaled so that their squares sum to 1 over all degrees
 * below the number of nodes: entries of an orthogonal matrix, accurate for the outermost nodes too, whose weights an eigenvector
 * would lose.
 *
 * @param nodes     z
 * @param functions hₙ(zᵢ)·sqrt(wᵢ), one row per degree; row 0 holds the roots of the weights w
 */
record HermiteRule(double[] nodes, double[][] functions) {
    /** Nodes per term of a series: products of a term and what the series leaves out are integrated exactly. */
    private static final int NODES_PER_TERM = 2;

    private static final Map<Integer, HermiteRule> RULES = new ConcurrentHashMap<>();

    /** The rule for a series of so many terms. */
    static HermiteRule forTerms(int terms) {
        return RULES.computeIfAbsent(terms, HermiteRule::make);
    }

    private static HermiteRule make(int terms) {
        int count = NODES_PER_TERM * terms;
        double[] couplings = new double[count - 1];
        for (int i = 1; i < count; i++) {
            couplings[i - 1] = Math.sqrt(i);
        }
        double[] nodes = Objects.requireNonNull(GaussQuadrature.of(count, new double[count], couplings)).nodes();
        double[][] functions = new double[terms][count];
        for (int i = 0; i < count; i++) {
            fill(nodes[i], i, count, functions);
        }
        return new HermiteRule(nodes, functions);
    }

    private static void fill(double z, int i, int count, double[][] functions) {
        double before = 0;
        double now = Math.exp(-0.25 * z * z);
        double squares = 0;
        for (int n = 0; n < count; n++) {
            if (n < functions.length) {
                functions[n][i] = now;
            }
            squares += now * now;
            double next = (z * now - Math.sqrt(n) * before) / Math.sqrt(n + 1);
            before = now;
            now = next;
        }
        double scale = 1 / Math.sqrt(squares);
        for (double[] row : functions) {
            row[i] *= scale;
        }
    }
}
