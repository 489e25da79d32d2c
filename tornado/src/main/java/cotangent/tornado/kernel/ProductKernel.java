package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.simd.LaneType;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * A batch of matrix products: each work group makes a square tile of the result, whose operands' tiles all its items share in
 * local memory, one after the other along the contracted axis. What lies beyond an edge counts as zero. Operands may be
 * transposed or lie anyhow, by their strides.
 *
 * <p>Geometry: m, n, k; tiles across a row of the result; tiles of a result; extents of the batch axes; for left, right
 * and output the start, how it moves with each loop over time, strides of row and column, and of the batch axes.
 *
 * @param left       left operand
 * @param right      right operand
 * @param output     result
 * @param parameters dtypes of the arrays
 * @param batch      number of batch axes
 * @param depth      loops over time around it
 */
public record ProductKernel(Operand left, Operand right, Operand output, List<DType> parameters, int batch, int depth)
        implements
            KernelSpec {
    @Override
    public String label() {
        return "product";
    }

    @Override
    public boolean mayFail() {
        return false;
    }

    /** Locals that say where a matrix's elements are. */
    private record Matrix(int start, int row, int column, int[] batch) {
        static Matrix next(KernelCode kernel, int batch, int depth) {
            return new Matrix(kernel.start(depth), kernel.next(), kernel.next(), kernel.next(batch));
        }

        /** Pushes the position of an element. */
        void at(CodeBuilder code, int i, int j) {
            code.iload(start).iload(i).iload(row).imul().iadd().iload(j).iload(column).imul().iadd();
        }
    }

    @Override
    public void write(KernelCode kernel) {
        CodeBuilder code = kernel.code();
        int tile = kernel.dialect().tile();
        int m = kernel.next();
        int n = kernel.next();
        int k = kernel.next();
        int across = kernel.next();
        int tiles = kernel.next();
        int[] extents = kernel.next(batch);
        Matrix a = Matrix.next(kernel, batch, depth);
        Matrix b = Matrix.next(kernel, batch, depth);
        Matrix c = Matrix.next(kernel, batch, depth);
        int group = kernel.local(() -> kernel.context("groupIdx"));
        int inMatrix = kernel.split(group, tiles);
        kernel.walk(group, extents, new int[]{a.start, b.start, c.start}, new int[][]{a.batch, b.batch, c.batch});
        int side = kernel.local(() -> code.loadConstant(tile));
        int item = kernel.local(() -> kernel.context("localIdx"));
        int column = kernel.split(item, side);
        int row = item;
        int tileColumn = kernel.split(inMatrix, across);
        int i = kernel.local(() -> code.iload(inMatrix).iload(side).imul().iload(row).iadd());
        int j = kernel.local(() -> code.iload(tileColumn).iload(side).imul().iload(column).iadd());
        DType dtype = output.dtype();
        LaneType type = LaneType.of(dtype);
        int lefts = kernel.shared(dtype, tile * tile);
        int rights = kernel.shared(dtype, tile * tile);
        Arithmetic.number(kernel, type, 0);
        int sum = code.allocateLocal(type.kind());
        code.storeLocal(type.kind(), sum);
        int from = kernel.local(code::iconst_0);
        kernel.loop(from, k, () -> code.iload(side), () -> {
            int along = kernel.local(() -> code.iload(from).iload(column).iadd());
            int down = kernel.local(() -> code.iload(from).iload(row).iadd());
            fetch(kernel, lefts, row, column, left, a, i, m, along, k);
            fetch(kernel, rights, row, column, right, b, down, k, j, n);
            kernel.barrier();
            int p = kernel.local(code::iconst_0);
            kernel.loop(p, side, code::iconst_1, () -> {
                code.loadLocal(type.kind(), sum);
                code.aload(lefts).iload(row).iload(side).imul().iload(p).iadd().arrayLoad(type.kind());
                code.aload(rights).iload(p).iload(side).imul().iload(column).iadd().arrayLoad(type.kind());
                Arithmetic.operator(code, "MUL", type);
                Arithmetic.operator(code, "ADD", type);
                code.storeLocal(type.kind(), sum);
            });
            kernel.barrier();
        });
        kernel.when(() -> inside(kernel, i, m, j, n), () -> kernel.set(output, () -> c.at(code, i, j), () -> code
                .loadLocal(type.kind(), sum)));
    }

    private static void inside(KernelCode kernel, int i, int m, int j, int n) {
        kernel.less(i, m);
        kernel.less(j, n);
        kernel.code().iand();
    }

    /** One element of an operand's tile into local memory. */
    private static void fetch(KernelCode kernel, int tile, int row, int column, Operand operand, Matrix matrix, int i,
            int m, int j, int n) {
        CodeBuilder code = kernel.code();
        LaneType type = LaneType.of(operand.dtype());
        int side = kernel.local(() -> code.loadConstant(kernel.dialect().tile()));
        Arithmetic.number(kernel, type, 0);
        int element = code.allocateLocal(type.kind());
        code.storeLocal(type.kind(), element);
        kernel.when(() -> inside(kernel, i, m, j, n), () -> {
            kernel.get(operand, () -> matrix.at(code, i, j));
            code.storeLocal(type.kind(), element);
        });
        code.aload(tile)
                .iload(row)
                .iload(side)
                .imul()
                .iload(column)
                .iadd()
                .loadLocal(type.kind(), element)
                .arrayStore(type
                        .kind());
    }
}
