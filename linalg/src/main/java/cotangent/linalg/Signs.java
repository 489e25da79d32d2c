package cotangent.linalg;

/** The convention that fixes the sign of a vector that is only determined up to it. */
final class Signs {
    private Signs() {}

    /** Of each of the k columns of a row-major [n, k] block: −1 where the entry of largest magnitude is negative, else 1. */
    static double[] of(int k, double[] vectors) {
        double[] largest = new double[k];
        for (int i = 0; i < vectors.length; i++) {
            if (Math.abs(vectors[i]) > Math.abs(largest[i % k])) {
                largest[i % k] = vectors[i];
            }
        }
        for (int j = 0; j < k; j++) {
            largest[j] = largest[j] < 0 ? -1 : 1;
        }
        return largest;
    }

    /** A fresh block whose columns have a positive entry of largest magnitude. */
    static double[] largestPositive(int k, double[] vectors) {
        return times(k, vectors, of(k, vectors));
    }

    /** A fresh block with each column times its sign. */
    static double[] times(int k, double[] vectors, double[] signs) {
        double[] result = vectors.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] *= signs[i % k];
        }
        return result;
    }
}
