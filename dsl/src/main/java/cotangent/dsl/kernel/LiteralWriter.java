package cotangent.dsl.kernel;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Writes the class of one product of known sizes: its tiles as static methods, and loops over them.
 *
 * <p>All strides are constants, so that C2 proves a tile's indices with two or three comparisons and addresses all its
 * rows from one register. A last vector that hangs over C's edge is moved back over its neighbour, both computing the
 * same bits; where C is narrower than a vector, stores are masked, and the last rows of B and C, which a whole vector
 * could overrun, are read and written by the vector that ends with them.
 */
final class LiteralWriter {
    private static final String VECTORS = "jdk.incubator.vector";
    static final ClassDesc SPECIES = ClassDesc.of(VECTORS, "VectorSpecies");
    static final ClassDesc MASK = ClassDesc.of(VECTORS, "VectorMask");
    static final ClassDesc SHUFFLE = ClassDesc.of(VECTORS, "VectorShuffle");

    private final LiteralShape shape;
    private final boolean single;
    private final int lanes;
    private final LiteralTiling tiling;
    private final ClassDesc self;
    private final ClassDesc array;
    private final MethodTypeDesc signature;

    LiteralWriter(LiteralShape shape, boolean single) {
        this.shape = shape;
        this.single = single;
        this.lanes = lanes(shape.n(), single);
        this.tiling = LiteralTiling.best(shape, lanes);
        this.self = ClassDesc.of(LiteralWriter.class.getPackageName(),
                single ? "FloatLiteralTwin" : "DoubleLiteralTwin");
        this.array = (single ? CD_float : CD_double).arrayType();
        this.signature = MethodTypeDesc.of(CD_void, array, CD_int, array, CD_int, array, CD_int);
    }

    /** Of the process's width, or half or a quarter of it where that is enough for a row of C. */
    static int lanes(int n, boolean single) {
        int lanes = single ? Simd.F32_LANES : Simd.F64_LANES;
        int fewest = 128 / (single ? Float.SIZE : Double.SIZE);
        while (lanes / 2 >= Math.max(n, fewest)) {
            lanes /= 2;
        }
        return lanes;
    }

    /** Whether each tile is large enough for the whole vectors it reads and writes. */
    boolean isPossible() {
        int fewest = tiling.tiles() > tiling.tallTiles() ? tiling.tallest() - 1 : tiling.tallest();
        return shape.n() >= lanes || (fewest - 1L) * shape.cRow() + shape.n() >= lanes;
    }

    byte[] write() {
        ClassDesc parent = (single ? FloatLiteral.class : DoubleLiteral.class).describeConstable().orElseThrow();
        return ClassFile.of().build(self, type -> {
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER).withSuperclass(parent);
            type.withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), 0,
                    code -> code.aload(0).invokespecial(parent, INIT_NAME, MethodTypeDesc.of(CD_void)).return_());
            constants(type);
            type.withMethodBody("multiply", signature, 0, this::multiply);
            if (!isOneTile()) {
                eachKind((rows, width, last) -> type.withMethodBody(name(rows, width, last), signature,
                        ClassFile.ACC_STATIC, code -> tile(code, 0, rows, width, last)));
            }
        });
    }

    /** One kind of tile: so many rows and vectors, the last of which begins at column {@code last} of the tile. */
    @FunctionalInterface
    private interface Kind {
        void accept(int rows, int width, int last);
    }

    private boolean isOneTile() {
        return tiling.tiles() == 1 && tiling.strips() == 1;
    }

    private static String name(int rows, int width, int last) {
        return "tile" + rows + "x" + width + "at" + last;
    }

    /** Where the last vector of the last strip begins, counted from that strip's first column. */
    private int lastBegin(int firstColumn) {
        return Math.max(0, shape.n() - lanes - firstColumn);
    }

    private void eachKind(Kind kind) {
        Set<String> seen = new TreeSet<>();
        strips((column, width, last, count) -> tiles((row, rows, number) -> {
            if (seen.add(name(rows, width, last))) {
                kind.accept(rows, width, last);
            }
        }));
    }

    @FunctionalInterface
    private interface Strips {
        void accept(int column, int width, int last, int count);
    }

    @FunctionalInterface
    private interface Tiles {
        void accept(int row, int rows, int count);
    }

    /** Narrower strips first, then wider ones, the last of which may end in a vector moved back. */
    private void strips(Strips action) {
        int wide = tiling.wideStrips();
        int narrow = tiling.strips() - wide;
        int width = tiling.widest();
        if (narrow > 0) {
            action.accept(0, width - 1, (width - 2) * lanes, narrow);
        }
        int column = narrow * (width - 1) * lanes;
        if (wide > 1) {
            action.accept(column, width, (width - 1) * lanes, wide - 1);
        }
        int end = column + (wide - 1) * width * lanes;
        action.accept(end, width, lastBegin(end), 1);
    }

    private void tiles(Tiles action) {
        int tall = tiling.tallTiles();
        if (tiling.overlapping() && tall > 1) {
            action.accept(0, tiling.tallest(), tall - 1);
            action.accept(shape.m() - tiling.tallest(), tiling.tallest(), 1);
            return;
        }
        action.accept(0, tiling.tallest(), tall);
        if (tiling.tiles() > tall) {
            action.accept(tall * tiling.tallest(), tiling.tallest() - 1, tiling.tiles() - tall);
        }
    }

    /** The class's constants: masks and shuffles for a C narrower than a vector. */
    private void constants(ClassBuilder type) {
        if (shape.n() >= lanes) {
            return;
        }
        Set<Integer> shifts = new TreeSet<>();
        shifts.add(0);
        for (int p = 0; p < shape.k(); p++) {
            shifts.add(shift(shape.bSize(), p, shape.bRow()));
        }
        for (int i = 0; i < shape.m(); i++) {
            shifts.add(shift(shape.cSize(), i, shape.cRow()));
        }
        int flags = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE;
        for (int shift : shifts) {
            type.withField("MASK" + shift, MASK, flags);
            type.withField("DOWN" + shift, SHUFFLE, flags);
            type.withField("UP" + shift, SHUFFLE, flags);
        }
        type.withMethodBody(CLASS_INIT_NAME, MethodTypeDesc.of(CD_void), ClassFile.ACC_STATIC, code -> {
            for (int shift : shifts) {
                species(code).loadConstant(((1L << shape.n()) - 1) << shift)
                        .invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, SPECIES, CD_long))
                        .putstatic(self, "MASK" + shift, MASK);
                iota(code, shift, "DOWN" + shift);
                iota(code, lanes - shift, "UP" + shift);
            }
            code.return_();
        });
    }

    private void iota(CodeBuilder code, int start, String field) {
        species(code).loadConstant(start)
                .loadConstant(1)
                .iconst_1()
                .invokestatic(SHUFFLE, "iota", MethodTypeDesc.ofDescriptor(
                        "(Ljdk/incubator/vector/VectorSpecies;IIZ)Ljdk/incubator/vector/VectorShuffle;"))
                .putstatic(self, field, SHUFFLE);
    }

    /** Pushes the species of so many lanes. */
    static CodeBuilder species(CodeBuilder code, boolean single, int lanes) {
        ClassDesc vector = ClassDesc.of(VECTORS, single ? "FloatVector" : "DoubleVector");
        return code.getstatic(vector, "SPECIES_" + lanes * (single ? Float.SIZE : Double.SIZE), SPECIES);
    }

    private CodeBuilder species(CodeBuilder code) {
        return species(code, single, lanes);
    }

    /** How far row {@code row} begins before the first whole vector that no longer fits its window; 0 where one fits. */
    private int shift(long size, int row, int stride) {
        return (int) Math.max(0, (long) row * stride - (size - lanes));
    }

    private void multiply(CodeBuilder code) {
        if (isOneTile()) {
            tile(code, 1, tiling.tallest(), tiling.widest(), lastBegin(0));
            return;
        }
        int j = code.allocateLocal(java.lang.classfile.TypeKind.INT);
        int i = code.allocateLocal(java.lang.classfile.TypeKind.INT);
        strips((column, width, last, stripCount) -> loop(code, j, column, width * lanes, stripCount, outer -> tiles(
                (row, rows, tileCount) -> loop(outer, i, row, rows, tileCount, inner -> {
                    inner.aload(1).iload(2).iload(i).loadConstant(shape.aRow()).imul().iadd();
                    inner.aload(3).iload(4).iload(j).iadd();
                    inner.aload(5).iload(6).iload(i).loadConstant(shape.cRow()).imul().iadd().iload(j).iadd();
                    inner.invokestatic(self, name(rows, width, last), signature);
                }))));
        code.return_();
    }

    private static void loop(
            CodeBuilder code, int index, int begin, int step, int count, Consumer<CodeBuilder> body) {
        code.loadConstant(begin).istore(index);
        if (count == 1) {
            body.accept(code);
            return;
        }
        Label again = code.newBoundLabel();
        body.accept(code);
        code.iinc(index, step).iload(index).loadConstant(begin + count * step).if_icmplt(again);
    }

    private void tile(CodeBuilder code, int first, int rows, int width, int last) {
        new LiteralTile(code, first, shape, single, lanes, rows, width, last, self).write();
    }
}
