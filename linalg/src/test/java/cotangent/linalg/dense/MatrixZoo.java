package cotangent.linalg.dense;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Matrices that have broken factorizations before: prescribed spectra, known hard cases, and every degenerate shape. */
final class MatrixZoo {

    /** A row-major m×n matrix; {@code spectrum} holds its eigenvalues, ascending, where they are known, else null. */
    record Specimen(String name, int m, int n, double[] a, double[] spectrum) {
        @Override
        public String toString() {
            return name + " " + m + "x" + n;
        }

        double[] copy() {
            return a.clone();
        }
    }

    private MatrixZoo() {}

    static List<Specimen> symmetric() {
        List<Specimen> zoo = new ArrayList<>();
        for (int n : new int[]{1, 2, 5, 17, 40, 97, 130}) {
            zoo.addAll(prescribed(n));
            zoo.add(laplacian(n));
            zoo.add(hilbert(n));
            zoo.add(symmetric("graded rows over 300 orders", n, (i, j) -> Math.pow(10, -150.0 * (i + j) / n)));
            zoo.add(symmetric("graded upwards over 300 orders", n,
                    (i, j) -> Math.pow(10, -150.0 * (2 * n - i - j) / n)));
            zoo.add(gaussian(n));
        }
        zoo.add(gridLaplacian(11));
        zoo.add(symmetric("cycle's graph Laplacian", 75,
                (i, j) -> i == j ? 2 : i - j == 1 || i - j == 74 ? -1 : 0));
        zoo.add(wilkinson(21));
        zoo.add(wilkinson(101));
        zoo.add(gluedWilkinson(5, 21));
        zoo.add(symmetric("ones", 64, (i, j) -> 1));
        zoo.add(symmetric("zero", 33, (i, j) -> 0));
        zoo.add(symmetric("identity", 70, (i, j) -> i == j ? 1 : 0));
        zoo.add(symmetric("empty", 0, (i, j) -> 0));
        zoo.add(symmetric("anti-diagonal", 60, (i, j) -> i + j == 59 ? 1 : 0));
        zoo.add(symmetric("zero diagonal chain", 80, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0));
        zoo.add(symmetric("tiny couplings", 50, (i, j) -> i == j ? i % 5 : Math.abs(i - j) == 1 ? 1e-170 : 0));
        zoo.add(symmetric("sparse arrow", 50, (i, j) -> i == j ? i : i == 0 || j == 0 ? 1e-9 : 0));
        for (int shift : new int[]{-1074, -1060, -1000, -600, 600, 1000, 1014}) {
            zoo.add(scaled(gaussian(30), shift));
            zoo.add(scaled(laplacian(45), shift));
        }
        return zoo;
    }

    static List<Specimen> general() {
        List<Specimen> zoo = new ArrayList<>();
        int[][] shapes = {{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 5}, {5, 1}, {7, 7}, {20, 8}, {8, 20}, {64, 64}, {65, 64},
                {130, 70}, {70, 130}, {400, 9}, {100, 100}};
        for (int[] shape : shapes) {
            int m = shape[0];
            int n = shape[1];
            zoo.add(gaussian(m, n));
            zoo.add(general("rank one", m, n, (i, j) -> (i + 1.0) * (j - 2.0)));
            zoo.add(general("zero", m, n, (i, j) -> 0));
            zoo.add(general("eye", m, n, (i, j) -> i == j ? 1 : 0));
            zoo.add(general("hilbert", m, n, (i, j) -> 1.0 / (i + j + 1)));
            zoo.add(general("columns graded over 300 orders", m, n,
                    (i, j) -> Math.sin(1 + 3.7 * i * i + 11.3 * j) * Math.pow(10, -300.0 * j / n)));
            zoo.add(general("rows graded over 300 orders", m, n,
                    (i, j) -> Math.sin(1 + 3.7 * i * i + 11.3 * j) * Math.pow(10, -300.0 * i / m)));
            zoo.add(general("duplicate columns", m, n, (i, j) -> Math.cos(i * 1.7 + j / 2)));
            zoo.add(general("zero column", m, n, (i, j) -> j == 1 ? 0 : Math.cos(i * 1.7 + j * j)));
        }
        zoo.addAll(prescribed(80, 50));
        zoo.addAll(prescribed(50, 80));
        zoo.add(kahan(90, 1.2));
        zoo.add(general("bidiagonal with zero pivots", 40, 40, (i, j) -> i == j ? i % 4 : j == i + 1 ? 1 : 0));
        zoo.add(general("bidiagonal graded", 40, 40,
                (i, j) -> i == j || j == i + 1 ? Math.pow(10, -7.0 * (40 - i)) : 0));
        zoo.add(general("negative triangle", 30, 30, (i, j) -> i <= j ? -1 : 0));
        for (Specimen specimen : prescribed(60)) {
            zoo.add(specimen);
        }
        for (int shift : new int[]{-1074, -1060, -600, 600, 1000, 1014}) {
            zoo.add(scaled(gaussian(30, 20), shift));
            zoo.add(scaled(gaussian(25, 25), shift));
        }
        return zoo;
    }

    /** So many more rows than columns that algorithms take another route; too large for full factors. */
    static List<Specimen> tall() {
        List<Specimen> zoo = new ArrayList<>(prescribed(1100, 12));
        zoo.addAll(prescribed(1200, 30));
        zoo.add(scaled(gaussian(1100, 31), -1074));
        zoo.add(scaled(gaussian(1100, 31), -1040));
        zoo.add(scaled(gaussian(1100, 31), 1000));
        zoo.add(general("zero", 3000, 11, (i, j) -> 0));
        zoo.add(general("eye", 3000, 11, (i, j) -> i == j ? 1 : 0));
        zoo.add(general("hilbert", 3000, 11, (i, j) -> 1.0 / (i + j + 1)));
        zoo.add(general("dependent columns", 1100, 31, (i, j) -> noise(i, j / 2)));
        zoo.add(general("columns graded over 300 orders", 1100, 31, (i, j) -> noise(i, j) * Math.pow(10, -10.0 * j)));
        zoo.add(general("rows graded over 300 orders", 1100, 31,
                (i, j) -> noise(i, j) * Math.pow(10, -300.0 * i / 1100)));
        return zoo;
    }

    /** Rectangular matrices with Haar-distributed singular vectors and the spectra of {@link #prescribed(int)}. */
    private static List<Specimen> prescribed(int m, int n) {
        int k = Math.min(m, n);
        return List.of(prescribed("geometric", m, n, i -> Math.pow(1e-16, (double) i / k)),
                prescribed("arithmetic", m, n, i -> 1 - (double) i / k),
                prescribed("clustered at one", m, n, i -> 1 + i * 0x1p-50),
                prescribed("repeated", m, n, i -> 1 + i % 3),
                prescribed("graded over 300 orders", m, n, i -> Math.pow(10, -300.0 * i / k)),
                prescribed("spiked", m, n, i -> i == 0 ? 1e6 : 1),
                prescribed("step", m, n, i -> i < k / 2 ? 1 : 1e-8),
                prescribed("rank deficient", m, n, i -> i < k / 3 ? 1 + i : 0));
    }

    private static Specimen prescribed(String name, int m, int n, IntToDoubleFunction singularValue) {
        int k = Math.min(m, n);
        Specimen tall = withSingularValues(name, Math.max(m, n), k, singularValue);
        return m >= n ? tall : general(name, m, n, (i, j) -> tall.a()[j * k + i]);
    }

    /** Haar-distributed eigenvectors with the spectra that trouble eigensolvers. */
    static List<Specimen> prescribed(int n) {
        return List.of(haar("geometric", n, i -> Math.pow(1e-16, (double) i / n)),
                haar("arithmetic", n, i -> 1 - (double) i / n), haar("clustered at one", n, i -> 1 + i * 0x1p-50),
                haar("clustered at zero", n, i -> i == 0 ? 1 : 1e-15 * i),
                haar("repeated", n, i -> 1 + i % 3), haar("all equal", n, i -> 2),
                haar("plus and minus", n, i -> (i % 2 == 0 ? 1 : -1) * (1 + i / 2)),
                haar("graded over 300 orders", n, i -> Math.pow(10, -300.0 * i / n)),
                haar("spiked", n, i -> i == 0 ? 1e6 : 1), haar("step", n, i -> i < n / 2 ? 1 : 1e-8),
                haar("rank deficient", n, i -> i < n / 3 ? 1 + i : 0));
    }

    static Specimen haar(String name, int n, IntToDoubleFunction eigenvalue) {
        double[] q = HouseholderQr.factor(n, n, gaussian(n, n).a()).q(n);
        double[] spectrum = new double[n];
        for (int i = 0; i < n; i++) {
            spectrum[i] = eigenvalue.applyAsDouble(i);
        }
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += q[i * n + k] * spectrum[k] * q[j * n + k];
                }
                a[i * n + j] = sum;
                a[j * n + i] = sum;
            }
        }
        Arrays.sort(spectrum);
        return new Specimen(name, n, n, a, spectrum);
    }

    /** An m×n matrix, m ≥ n, with Haar-distributed singular vectors. */
    static Specimen withSingularValues(String name, int m, int n, IntToDoubleFunction singularValue) {
        double[] u = HouseholderQr.factor(m, n, gaussian(m, n).a()).q(n);
        double[] v = HouseholderQr.factor(n, n, gaussian(n, n).a()).q(n);
        return general(name, m, n, (i, j) -> {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += u[i * n + k] * singularValue.applyAsDouble(k) * v[j * n + k];
            }
            return sum;
        });
    }

    /** A number in [−1, 1] that looks random. */
    static double noise(int i, int j) {
        double x = Math.sin(1 + 12.9898 * i + 78.233 * j) * 43758.5453;
        return 2 * (x - Math.floor(x)) - 1;
    }

    /** The second-difference matrix, with eigenvalues 2 − 2cos(πk/(n + 1)). */
    static Specimen laplacian(int n) {
        double[] spectrum = new double[n];
        for (int k = 1; k <= n; k++) {
            double half = Math.sin(Math.PI * k / (2.0 * (n + 1)));
            spectrum[k - 1] = 4 * half * half;
        }
        return new Specimen("laplacian", n, n, fill(n, n, (i, j) -> i == j ? 2 : Math.abs(i - j) == 1 ? -1 : 0),
                spectrum);
    }

    /** The five-point Laplacian of a square grid, whose eigenvalues λᵢ + λⱼ come in pairs. */
    static Specimen gridLaplacian(int side) {
        double[] line = laplacian(side).spectrum();
        double[] spectrum = new double[side * side];
        for (int i = 0; i < spectrum.length; i++) {
            spectrum[i] = line[i / side] + line[i % side];
        }
        Arrays.sort(spectrum);
        Specimen grid = symmetric("grid laplacian", side * side, (i, j) -> {
            boolean beside = i - j == 1 && i % side != 0;
            return i == j ? 4 : beside || i - j == side ? -1 : 0;
        });
        return new Specimen(grid.name(), grid.m(), grid.n(), grid.a(), spectrum);
    }

    /** Wilkinson's W⁺: pairs of eigenvalues that agree to many digits without being equal. */
    static Specimen wilkinson(int n) {
        return symmetric("wilkinson", n, (i, j) -> i == j ? Math.abs(i - n / 2) : Math.abs(i - j) == 1 ? 1 : 0);
    }

    static Specimen gluedWilkinson(int copies, int n) {
        return symmetric("glued wilkinson", copies * n, (i, j) -> {
            if (i == j) {
                return Math.abs(i % n - n / 2);
            }
            boolean glue = Math.max(i, j) % n == 0;
            return Math.abs(i - j) == 1 ? glue ? 1e-11 : 1 : 0;
        });
    }

    static Specimen hilbert(int n) {
        return symmetric("hilbert", n, (i, j) -> 1.0 / (i + j + 1));
    }

    /** Kahan's triangle: its condition does not show in its diagonal. */
    static Specimen kahan(int n, double theta) {
        double s = Math.sin(theta);
        double c = Math.cos(theta);
        return general("kahan", n, n, (i, j) -> j < i ? 0 : Math.pow(s, i) * (i == j ? 1 : -c));
    }

    static Specimen gaussian(int m, int n) {
        Random random = new Random(31L * m + n);
        return general("gaussian", m, n, (i, j) -> random.nextGaussian());
    }

    private static Specimen gaussian(int n) {
        double[] a = gaussian(n, n).a();
        return symmetric("gaussian", n, (i, j) -> a[i * n + j] + a[j * n + i]);
    }

    static Specimen scaled(Specimen specimen, int shift) {
        double[] a = new double[specimen.a().length];
        for (int i = 0; i < a.length; i++) {
            a[i] = Math.scalb(specimen.a()[i], shift);
        }
        return new Specimen(specimen.name() + " * 2^" + shift, specimen.m(), specimen.n(), a, null);
    }

    interface Entry {
        double at(int i, int j);
    }

    static Specimen symmetric(String name, int n, Entry entry) {
        return new Specimen(name, n, n, fill(n, n, (i, j) -> entry.at(Math.max(i, j), Math.min(i, j))), null);
    }

    static Specimen general(String name, int m, int n, Entry entry) {
        return new Specimen(name, m, n, fill(m, n, entry), null);
    }

    private static double[] fill(int m, int n, Entry entry) {
        double[] a = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = entry.at(i, j);
            }
        }
        return a;
    }
}
