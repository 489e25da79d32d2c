package cotangent.linalg.krylov;

import cotangent.dsl.Shape;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import java.util.Arrays;

/** Vectors of one length as contiguous rows in float64, more of which may be added. */
public final class Rows {
    private static final int FIRST = 8;

    private final int n;
    private double[] elements;
    private int count;

    /** No vectors of length n. */
    public Rows(int n) {
        this.n = n;
        this.elements = new double[0];
    }

    /** Number of vectors. */
    public int count() {
        return count;
    }

    /** The vectors one after the other; the array may be longer than they are. */
    public double[] elements() {
        return elements;
    }

    /** Adds a copy of a vector. */
    public void add(double[] vector) {
        if ((long) (count + 1) * n > elements.length) {
            int capacity = Math.max(FIRST, 2 * count);
            elements = Arrays.copyOf(elements, Shape.of(capacity, n).size());
        }
        System.arraycopy(vector, 0, elements, count * n, n);
        count++;
    }

    /**
     * Takes the part along the vectors, which are orthonormal, out of another: one pass of classical Gram-Schmidt, 4·n·count
     * flops.
     *
     * @param coefficients of that part, which are added to
     */
    public void removeFrom(double[] vector, double[] coefficients) {
        double[] along = new double[count];
        for (int i = 0; i < count; i++) {
            along[i] = Dots.ddot(n, elements, i * n, vector, 0);
        }
        for (int i = 0; i < count; i++) {
            Dots.daxpy(n, -along[i], elements, i * n, vector, 0);
            coefficients[i] += along[i];
        }
    }

    /** The combinations with coefficients [count, k], as a block [n, k]; 2·n·count·k flops. */
    public double[] combine(int k, double[] coefficients) {
        double[] block = new double[Shape.of(n, k).size()];
        Gemm.dgemm(n, k, count, 1, elements, 0, 1, n, coefficients, 0, k, 1, 0, block, 0, k);
        return block;
    }

    /** The largest |VVᵀ − I|: how far the vectors are from orthonormal; 2·n·count² flops. */
    public double departure() {
        return departure(count, products());
    }

    /** The same for each vector, with those before it only. */
    public double[] departures() {
        double[] products = products();
        double[] largest = new double[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                largest[i] = Math.max(largest[i], Math.abs(products[i * count + j] - (i == j ? 1 : 0)));
            }
        }
        return largest;
    }

    private double[] products() {
        double[] products = new double[count * count];
        Gemm.dgemm(count, count, n, 1, elements, 0, n, 1, elements, 0, 1, n, 0, products, 0, count);
        return products;
    }

    /** The largest |G − I| of a matrix of inner products. */
    public static double departure(int size, double[] products) {
        double largest = 0;
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                largest = Math.max(largest, Math.abs(products[i * size + j] - (i == j ? 1 : 0)));
            }
        }
        return largest;
    }
}
