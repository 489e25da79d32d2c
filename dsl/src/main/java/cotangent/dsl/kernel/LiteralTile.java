package cotangent.dsl.kernel;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Writes one tile of a {@link LiteralWriter}'s class: sums in registers, a loop over k or, where k is short, none. */
final class LiteralTile {
    /** Terms up to which there is no loop; C2 orders long straight code by sums, each of which then waits for itself. */
    private static final int STRAIGHT = 8;

    /**
     * Fused multiply-adds of a tile up to which there is no loop: with 112 of them, a tile of 14 by 2, C2 left some vectors boxed
     * for as long as the process ran.
     */
    private static final int STRAIGHT_WORK = 64;

    /** Fused multiply-adds of one pass through a loop that keep the front end from counting. */
    private static final int PASS = 16;

    private final CodeBuilder code;
    private final LiteralShape shape;
    private final int lanes;
    private final int rows;
    private final int width;
    private final int last;
    private final boolean narrow;
    private final ClassDesc self;
    private final ClassDesc vector;
    private final ClassDesc generic = ClassDesc.of("jdk.incubator.vector.Vector");
    private final ClassDesc element;
    private final boolean single;
    private final int a;
    private final int aOff;
    private final int b;
    private final int bOff;
    private final int c;
    private final int cOff;
    private final int[] sums;
    private final int[] columns;
    private final int factor;

    LiteralTile(
            CodeBuilder code,
            int first,
            LiteralShape shape,
            boolean single,
            int lanes,
            int rows,
            int width,
            int last,
            ClassDesc self) {
        this.code = code;
        this.shape = shape;
        this.single = single;
        this.lanes = lanes;
        this.rows = rows;
        this.width = width;
        this.last = last;
        this.narrow = shape.n() < lanes;
        this.self = self;
        this.vector = ClassDesc.of("jdk.incubator.vector", single ? "FloatVector" : "DoubleVector");
        this.element = single ? CD_float : CD_double;
        this.a = first;
        this.aOff = first + 1;
        this.b = first + 2;
        this.bOff = first + 3;
        this.c = first + 4;
        this.cOff = first + 5;
        this.sums = new int[rows * width];
        this.columns = new int[width];
        for (int s = 0; s < sums.length; s++) {
            sums[s] = code.allocateLocal(TypeKind.REFERENCE);
        }
        for (int v = 0; v < width; v++) {
            columns[v] = code.allocateLocal(TypeKind.REFERENCE);
        }
        this.factor = code.allocateLocal(TypeKind.REFERENCE);
    }

    void write() {
        begin();
        int whole = wholeRows();
        int unroll = Math.max(1, PASS / (rows * width));
        int done = 0;
        boolean isShort = shape.k() <= STRAIGHT && shape.k() * rows * width <= STRAIGHT_WORK;
        if (!isShort && whole > unroll) {
            done = whole - whole % unroll;
            loop(done, unroll);
        }
        for (int p = done; p < shape.k(); p++) {
            step(aOff, p * shape.aCol(), bOff, p * shape.bRow(), p);
        }
        end();
        code.return_();
    }

    /** Rows of B, from the first, of which whole vectors can be read. */
    private int wholeRows() {
        int whole = 0;
        while (whole < shape.k() && bShift(whole) == 0) {
            whole++;
        }
        return whole;
    }

    private int bShift(int p) {
        return narrow ? (int) Math.max(0, (long) p * shape.bRow() - (shape.bSize() - lanes)) : 0;
    }

    /** Any tile may be the last one, so each keeps its stores within its own rows. */
    private int cShift(int row) {
        return narrow ? (int) Math.max(0, lanes - shape.n() - (rows - 1L - row) * shape.cRow()) : 0;
    }

    private void loop(int end, int unroll) {
        int p = code.allocateLocal(TypeKind.INT);
        int ai = code.allocateLocal(TypeKind.INT);
        int bi = code.allocateLocal(TypeKind.INT);
        code.iconst_0().istore(p);
        Label again = code.newBoundLabel();
        code.iload(aOff).iload(p).loadConstant(shape.aCol()).imul().iadd().istore(ai);
        code.iload(bOff).iload(p).loadConstant(shape.bRow()).imul().iadd().istore(bi);
        for (int u = 0; u < unroll; u++) {
            step(ai, u * shape.aCol(), bi, u * shape.bRow(), 0);
        }
        code.iinc(p, unroll).iload(p).loadConstant(end).if_icmplt(again);
    }

    /** One term of every sum; {@code row} is B's row where that matters. */
    private void step(int aBase, int aAt, int bBase, int bAt, int row) {
        int shift = bShift(row);
        for (int v = 0; v < width; v++) {
            load(b, bBase, bAt + (v == width - 1 ? last : v * lanes), shift);
            code.astore(columns[v]);
        }
        for (int r = 0; r < rows; r++) {
            species();
            code.aload(a).iload(aBase).loadConstant(aAt + r * shape.aRow()).iadd();
            if (single) {
                code.faload();
            } else {
                code.daload();
            }
            code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, LiteralWriter.SPECIES, element))
                    .astore(
                            factor);
            for (int v = 0; v < width; v++) {
                int sum = sums[r * width + v];
                code.aload(factor).aload(columns[v]).aload(sum);
                code.invokevirtual(vector, "fma", MethodTypeDesc.of(vector, generic, generic)).astore(sum);
            }
        }
    }

    /** A whole vector, or one that ends where the window does, its lanes moved down. */
    private void load(int array, int base, int at, int shift) {
        species();
        code.aload(array).iload(base).loadConstant(at - shift).iadd();
        code.invokestatic(vector, "fromArray",
                MethodTypeDesc.of(vector, LiteralWriter.SPECIES, element.arrayType(), CD_int));
        if (shift > 0) {
            code.getstatic(self, "DOWN" + shift, LiteralWriter.SHUFFLE);
            code.invokevirtual(vector, "rearrange", MethodTypeDesc.of(vector, LiteralWriter.SHUFFLE));
        }
    }

    private void begin() {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < width; v++) {
                if (shape.accumulate()) {
                    load(c, cOff, r * shape.cRow() + (v == width - 1 ? last : v * lanes), cShift(r));
                } else {
                    species();
                    code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, LiteralWriter.SPECIES));
                }
                code.astore(sums[r * width + v]);
            }
        }
    }

    private void end() {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < width; v++) {
                int shift = cShift(r);
                code.aload(sums[r * width + v]);
                if (shift > 0) {
                    code.getstatic(self, "UP" + shift, LiteralWriter.SHUFFLE);
                    code.invokevirtual(vector, "rearrange", MethodTypeDesc.of(vector, LiteralWriter.SHUFFLE));
                }
                code.aload(c).iload(cOff).loadConstant(r * shape.cRow() + (v == width - 1 ? last : v * lanes) - shift);
                code.iadd();
                if (needsMask(r)) {
                    code.getstatic(self, "MASK" + shift, LiteralWriter.MASK);
                    code.invokevirtual(vector, "intoArray",
                            MethodTypeDesc.of(CD_void, element.arrayType(), CD_int, LiteralWriter.MASK));
                } else {
                    code.invokevirtual(vector, "intoArray", MethodTypeDesc.of(CD_void, element.arrayType(), CD_int));
                }
            }
        }
    }

    /** Where C's rows touch, what a vector writes beyond its row is overwritten by the tile's next rows. */
    private boolean needsMask(int row) {
        return narrow && (shape.cRow() > shape.n() || cShift(row) > 0);
    }

    private void species() {
        LiteralWriter.species(code, single, lanes);
    }
}
