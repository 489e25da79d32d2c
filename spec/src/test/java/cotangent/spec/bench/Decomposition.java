package cotangent.spec.bench;

import java.util.Locale;

/**
 * A dense decomposition in float64.
 *
 * @param kind which
 * @param m    rows of the matrix
 * @param n    its columns
 */
public record Decomposition(Kind kind, int m, int n) {
    private static final double UNIT = 0x1p-53;

    /** Which decomposition. */
    public enum Kind {
        /** Eigenvalues and eigenvectors of a symmetric matrix. */
        EIGH,
        /** Eigenvalues of a symmetric matrix. */
        EIGVALSH,
        /** Q with as many columns as the matrix, and R. */
        QR,
        /** As many singular values and vectors on either side as the matrix has columns. */
        SVD,
        /** The triangular factor of a positive definite matrix. */
        CHOLESKY
    }

    static Decomposition square(Kind kind, int n) {
        return new Decomposition(kind, n, n);
    }

    /** Of the form {@code qr 10000x60}. */
    static Decomposition parse(String text) {
        String[] parts = text.split("[ x]");
        return new Decomposition(Kind.valueOf(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]));
    }

    /** What the command line calls it, such as {@code eigh n=500} or {@code qr 10000x60}. */
    String title() {
        String name = kind.toString().toLowerCase(Locale.ROOT);
        return m == n ? name + " n=" + n : this.toString();
    }

    /** Another of the kind, small enough to be warmed up with in no time: as long as the whole, but of few columns. */
    Decomposition small() {
        int columns = Math.min(n, 160);
        return new Decomposition(kind, m == n ? columns : m, columns);
    }

    /** The matrix, row-major: random, symmetric and positive definite where the kind asks for it. */
    double[] matrix() {
        double[] a = Operands.random(m * n, 1);
        if (kind == Kind.QR || kind == Kind.SVD) {
            return a;
        }
        // the eigenvalues of a random symmetric matrix with entries of variance 1/3 lie within ±2√(n/3)
        double shift = kind == Kind.CHOLESKY ? 2 * Math.ceil(Math.sqrt(n)) : 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                a[j * n + i] = a[i * n + j];
            }
            a[i * n + i] += shift;
        }
        return a;
    }

    /**
     * Holds what a routine computed against the matrix: the squares of the eigenvalues, the singular values or R's entries
     * add up to ‖A‖_F², those of Cholesky's factor to the trace. A backward stable routine answers for A + E with
     * ‖E‖_F ≤ c·max(m, n)·ε·‖A‖_F, which moves either sum by no more than 2c·max(m, n)·ε of it; c = 8 here.
     *
     * @throws IllegalStateException if it is not so
     */
    void require(double[] a, double[] result) {
        double expected = kind == Kind.CHOLESKY ? trace(a) : squares(a);
        double found = squares(result);
        if (!(Math.abs(found - expected) <= 16.0 * Math.max(m, n) * UNIT * expected)) {
            throw new IllegalStateException("%s: the squares should add up to %s and do to %s".formatted(this, expected,
                    found));
        }
    }

    private double trace(double[] a) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[i * n + i];
        }
        return sum;
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }

    @Override
    public String toString() {
        return "%s %dx%d".formatted(kind.toString().toLowerCase(Locale.ROOT), m, n);
    }
}
