package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;

/** Arrays of one floating-point dtype, and what the sums of kernels do to them. */
abstract sealed class Scalars permits Singles, Doubles {
    /** The arrays of a dtype. */
    static Scalars of(DType dtype) {
        return dtype == DType.F64 ? Doubles.INSTANCE : Singles.INSTANCE;
    }

    abstract int bytes();

    abstract Object allocate(int size);

    /** The array as a tensor, without a copy. */
    abstract Tensor wrap(Shape shape, Object array);

    /** C := A·B + beta·C; see {@link cotangent.dsl.kernel.Gemm}. */
    abstract void gemm(int m, int n, int k, Object a, int aOff, int aRow, int aCol, Object b, int bOff, int bRow,
            int bCol, double beta, Object c, int cOff, int cRow);

    /** C_t := A_t·B_t for t = 0, ..., count - 1, overwriting. */
    abstract void gemmBatch(int count, int m, int n, int k, Object a, int aOff, int aBatch, int aRow, int aCol,
            Object b, int bOff, int bBatch, int bRow, int bCol, Object c, int cOff, int cBatch, int cRow);

    abstract void fill(Object array, int from, int to, double value);

    /** The lower triangle of C := A·Aᵀ + beta·C, A with unit column stride; see {@link cotangent.dsl.kernel.Syrk}. */
    abstract void syrk(int n, int k, Object a, int aOff, int aRow, Object c, int cOff, int cRow, double beta);

    /** y[i] += e[i]·s[i]: all from the start, which is what the JIT compiles to vectors. */
    abstract void addProduct(Object y, Object e, Object s, int n);

    /** A matrix with each column times a factor. */
    abstract Object columnsTimes(Object x, double[] factors);

    /** sums[i] += x[i], for all sums. */
    abstract void addTo(double[] sums, Object x);

    /** y[i] := factor·x[i]. */
    abstract void scaled(Object x, int xOff, double factor, Object y, int yOff, int n);

    /** y[j] := x[(first + j) / times − first / times]: each element so many times, the first run cut short. */
    abstract void repeat(Object x, int xOff, int times, int first, Object y, int yOff, int n);

    /** y[places[i]] += x[i] for places in {@code [from, to)}, counted from {@code from}. */
    abstract void scatterAdd(Object x, int xOff, int[] places, int from, int to, Object y, int yOff);

    /** c[rows[i], columns[j]] := factor·b[i, j] of a row. */
    abstract void scatterRow(Object b, int bOff, double factor, int[] columns, int n, Object c, int cOff);

    /** c[columns[j], row] := factor·b[j] of a row: a column of a matrix with rows of length {@code cRow}. */
    abstract void scatterColumn(Object b, int bOff, double factor, int[] columns, int n, Object c, int row, int cRow);

    /** Copies a square's lower triangle, rows from, ..., to - 1 of it, to the upper, times a factor that both get. */
    abstract void mirror(Object c, int n, int from, int to, double factor);
}
