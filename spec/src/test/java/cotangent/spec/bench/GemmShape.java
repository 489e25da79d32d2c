package cotangent.spec.bench;

import cotangent.dsl.DType;

/**
 * A product C = A·B of dense row-major matrices.
 *
 * @param dtype F32 or F64
 * @param m     rows of A and C
 * @param n     columns of B and C
 * @param k     columns of A, rows of B
 */
public record GemmShape(DType dtype, int m, int n, int k) {
    static GemmShape square(DType dtype, int n) {
        return new GemmShape(dtype, n, n, n);
    }

    /** Of the form {@code f32 200x32x49}: m, k, n in the order in which one writes A [m, k] times B [k, n]. */
    static GemmShape parse(String text) {
        String[] parts = text.split("[ x]");
        return new GemmShape(DType.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT)), Integer.parseInt(parts[1]),
                Integer
                        .parseInt(parts[3]),
                Integer.parseInt(parts[2]));
    }

    /** Multiplications and additions. */
    public double flops() {
        return 2.0 * m * n * k;
    }

    boolean isSquare() {
        return m == n && n == k;
    }

    /** The routine's name and the shape, such as {@code dgemm n=256} or {@code sgemm 200x49x32}. */
    String title() {
        String size = isSquare() ? "n=" + n : "%dx%dx%d".formatted(m, k, n);
        return (dtype == DType.F32 ? "sgemm " : "dgemm ") + size;
    }

    @Override
    public String toString() {
        return "%s %dx%dx%d".formatted(dtype, m, k, n);
    }
}
