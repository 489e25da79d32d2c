package cotangent.dsl.simd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the class of a {@link Kernel}: a loop over rows around a counted loop over adjacent elements.
 *
 * <p>The vector form handles whole vectors first and then the rest under a mask; programs too long to be written twice
 * run under a mask throughout. Where rows are reduced, element {@code i} belongs to accumulator lane {@code i mod lanes}
 * of one of {@code unroll} accumulators, and lanes are combined by halves; the scalar form follows the same order, so
 * both give the same bits.
 */
final class KernelWriter {
    /** Instructions up to which the body is written a second time for the tail. */
    private static final int LONG = 100;
    private static final int SHORT = 24;
    /** Operands up to which the ends of rows are masked. */
    private static final int MASKED = 6;
    private static final String TAILS = "tails";
    private static final ClassDesc NAME = ClassDesc.of("cotangent.dsl.simd.GeneratedKernel");
    private static final ClassDesc INTERFACE = Kernel.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, CD_Object.arrayType(), CD_int.arrayType(),
            CD_int.arrayType(), CD_int.arrayType(), CD_int.arrayType(), CD_int, CD_int);

    private final KernelKey key;
    private final CodeBuilder code;
    private final Operands operands;
    private final List<KernelKey.Output> outputs;
    private final int unroll;
    private final int index;

    private KernelWriter(KernelKey key, CodeBuilder code) {
        this.key = key;
        this.code = code;
        this.operands = new Operands(code, key);
        this.outputs = key.outputs();
        this.unroll = unroll(key);
        this.index = code.allocateLocal(TypeKind.INT);
    }

    /** Accumulators per reduced row: several where the body is short, to hide the latency of additions. */
    private static int unroll(KernelKey key) {
        boolean reduces = key.outputs().stream().anyMatch(output -> output.mode() == KernelKey.Mode.REDUCE);
        return reduces && key.program().ops().size() <= SHORT ? 4 : 1;
    }

    /** The class file of the vector or the scalar form. */
    static byte[] write(KernelKey key, boolean vector) {
        boolean apart = vector && isTailApart(key);
        return ClassFile.of()
                .build(NAME,
                        type -> (apart ? type.withMethodBody(TAILS, RUN, ClassFile.ACC_PRIVATE,
                                code -> new KernelWriter(
                                        key, code).tails())
                                : type).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                                .withInterfaceSymbols(INTERFACE)
                                .withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, code -> {
                                    KernelWriter writer = new KernelWriter(key, code);
                                    if (!vector) {
                                        writer.scalar();
                                    } else if (key.row().isShort()) {
                                        writer.shortRows();
                                    } else {
                                        writer.vector();
                                    }
                                    code.return_();
                                }));
    }

    /**
     * Whether the ends of rows have a method of their own: C1 gives up on a method with some ten masked loads, and code
     * that C1 gave up on stays a hundred times slower. Reduced rows keep their accumulators in one method.
     */
    private static boolean isTailApart(KernelKey key) {
        return !key.row().isShort() && key.program().ops().size() <= LONG && key.outputs()
                .stream()
                .noneMatch(output -> output.mode() == KernelKey.Mode.REDUCE);
    }

    /** The ends of all rows: under a mask, or element by element where so many masks would be too much for C1. */
    private void tails() {
        if (key.inputs().size() + outputs.size() <= MASKED) {
            VectorWriter writer = new VectorWriter(code, key, operands);
            rows(() -> {
                writer.prepareRow();
                code.iload(Operands.N).loadConstant(-key.lanes()).iand().istore(index);
                step(writer, new int[outputs.size()][0], 0, true);
            });
        } else {
            ScalarWriter writer = new ScalarWriter(code, key, operands);
            rows(() -> {
                writer.prepareRow();
                code.iload(Operands.N).loadConstant(-key.lanes()).iand().istore(index);
                Code.loop(code, index, Operands.N, 1, () -> {
                    writer.body(index);
                    for (int number = 0; number < outputs.size(); number++) {
                        scalarOutput(writer, number, 0, 0);
                    }
                });
            });
        }
        code.return_();
    }

    /** Does the ends of all rows, if they have any. */
    private void callTails() {
        Label none = code.newLabel();
        code.iload(Operands.N).loadConstant(key.lanes() - 1).iand().ifeq(none);
        for (int local = 0; local <= Operands.ROW_STRIDES; local++) {
            code.aload(local);
        }
        code.iload(Operands.ROWS).iload(Operands.N).invokevirtual(NAME, TAILS, RUN).labelBinding(none);
    }

    private void rows(Runnable row) {
        Label test = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(test).iload(Operands.ROWS).ifle(end);
        row.run();
        operands.advance(code);
        code.iinc(Operands.ROWS, -1).goto_(test).labelBinding(end);
    }

    private void vector() {
        VectorWriter writer = new VectorWriter(code, key, operands);
        int lanes = key.lanes();
        int bound = code.allocateLocal(TypeKind.INT);
        code.iload(Operands.N).loadConstant(-lanes).iand().istore(bound);
        int[][] accumulators = accumulators(TypeKind.REFERENCE);
        boolean apart = isTailApart(key);
        if (apart) {
            callTails();
        }
        rows(() -> {
            writer.prepareRow();
            forEachReduced((number, output) -> {
                for (int accumulator : accumulators[number]) {
                    writer.start(output, accumulator);
                }
            });
            code.iconst_0().istore(index);
            if (key.program().ops().size() > LONG) {
                Code.loop(code, index, Operands.N, lanes, () -> step(writer, accumulators, 0, true));
            } else {
                if (unroll > 1) {
                    unrolled(writer, accumulators);
                }
                Code.loop(code, index, bound, lanes, () -> step(writer, accumulators, 0, false));
                if (!apart) {
                    Label done = code.newLabel();
                    code.iload(index).iload(Operands.N).if_icmpge(done);
                    step(writer, accumulators, 0, true);
                    code.labelBinding(done);
                }
            }
            forEachReduced((number, output) -> {
                for (int half = unroll / 2; half > 0; half /= 2) {
                    for (int u = 0; u < half; u++) {
                        writer.join(output, accumulators[number][u], accumulators[number][u + half]);
                    }
                }
                finish(number, output, lanes, lane -> writer.lane(output, accumulators[number][0], lane));
            });
        });
    }

    /**
     * Rows whose vectors are written out one by one. What is combined with its place is fetched before and put back after
     * everything that may lie over it: once, if every row has the same place, and in each row otherwise.
     */
    private void shortRows() {
        VectorWriter writer = new VectorWriter(code, key, operands);
        int[][] combined = new int[outputs.size()][key.row().vectors()];
        for (int[] locals : combined) {
            Arrays.setAll(locals, v -> code.allocateLocal(TypeKind.REFERENCE));
        }
        int last = code.allocateLocal(TypeKind.INT);
        code.iconst_0().istore(index);
        code.iload(Operands.N).loadConstant(key.lanes()).isub().istore(last);
        fetch(KernelKey.Mode.FOLD, writer, last, combined);
        rows(() -> {
            writer.prepareRow();
            fetch(KernelKey.Mode.ACCUMULATE, writer, last, combined);
            forEachVector(last, (v, at, ahead) -> {
                writer.body(at, ahead, false);
                for (int number = 0; number < outputs.size(); number++) {
                    if (outputs.get(number).mode() == KernelKey.Mode.STORE) {
                        writer.store(number, at, ahead);
                    } else {
                        writer.reduce(outputs.get(number), combined[number][v], at);
                    }
                }
            });
            putBack(KernelKey.Mode.ACCUMULATE, writer, last, combined);
        });
        putBack(KernelKey.Mode.FOLD, writer, last, combined);
    }

    private void fetch(KernelKey.Mode mode, VectorWriter writer, int last, int[][] combined) {
        forEach(mode, (number, output) -> forEachVector(last, (v, at, ahead) -> writer.fetch(number, at, ahead,
                combined[number][v])));
    }

    private void putBack(KernelKey.Mode mode, VectorWriter writer, int last, int[][] combined) {
        forEach(mode, (number, output) -> forEachVector(last, (v, at, ahead) -> writer.putBack(number, at, ahead,
                combined[number][v])));
    }

    /** What to do for a vector of a short row that begins {@code ahead} elements after the index. */
    @FunctionalInterface
    private interface VectorAction {
        void accept(int vector, int index, int ahead);
    }

    private void forEachVector(int last, VectorAction action) {
        for (int v = 0; v < key.row().vectors(); v++) {
            if (key.row().isLaidOver(v)) {
                action.accept(v, last, 0);
            } else {
                action.accept(v, index, v * key.lanes());
            }
        }
    }

    private void unrolled(VectorWriter writer, int[][] accumulators) {
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(Operands.N).loadConstant(-unroll * key.lanes()).iand().istore(limit);
        Code.loop(code, index, limit, unroll * key.lanes(), () -> {
            for (int u = 0; u < unroll; u++) {
                step(writer, accumulators, u, false);
            }
        });
    }

    private void step(VectorWriter writer, int[][] accumulators, int copy, boolean tail) {
        int ahead = copy * key.lanes();
        writer.body(index, ahead, tail);
        for (int number = 0; number < outputs.size(); number++) {
            KernelKey.Output output = outputs.get(number);
            if (output.mode() == KernelKey.Mode.REDUCE) {
                writer.reduce(output, accumulators[number][copy], index);
            } else {
                writer.store(number, index, ahead);
            }
        }
    }

    private int[][] accumulators(TypeKind kind) {
        int[][] locals = new int[outputs.size()][unroll];
        forEachReduced((number, output) -> {
            for (int u = 0; u < unroll; u++) {
                locals[number][u] = code.allocateLocal(kind);
            }
        });
        return locals;
    }

    /** What to do for an output. */
    @FunctionalInterface
    private interface OutputAction {
        void accept(int number, KernelKey.Output output);
    }

    private void forEachReduced(OutputAction action) {
        forEach(KernelKey.Mode.REDUCE, action);
    }

    private void forEach(KernelKey.Mode mode, OutputAction action) {
        for (int number = 0; number < outputs.size(); number++) {
            if (outputs.get(number).mode() == mode) {
                action.accept(number, outputs.get(number));
            }
        }
    }

    /** Combines the lanes of an accumulator by halves, and the result with what is at the row's place. */
    private void finish(int number, KernelKey.Output output, int lanes, java.util.function.IntConsumer pushLane) {
        LaneType type = output.type();
        int[] lane = new int[lanes];
        for (int i = 0; i < lanes; i++) {
            lane[i] = code.allocateLocal(type.kind());
            pushLane.accept(i);
            code.storeLocal(type.kind(), lane[i]);
        }
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                code.loadLocal(type.kind(), lane[i]).loadLocal(type.kind(), lane[i + half]);
                Code.combine(code, type, output.reduction());
                code.storeLocal(type.kind(), lane[i]);
            }
        }
        operands.output(number).start(code);
        operands.output(number).start(code);
        Code.arrayLoad(code, type);
        code.loadLocal(type.kind(), lane[0]);
        Code.combine(code, type, output.reduction());
        Code.arrayStore(code, type);
    }

    private void scalar() {
        ScalarWriter writer = new ScalarWriter(code, key, operands);
        int width = unroll * key.lanes();
        int bound = code.allocateLocal(TypeKind.INT);
        code.iload(Operands.N).loadConstant(-width).iand().istore(bound);
        int[][] accumulators = accumulators(TypeKind.REFERENCE);
        forEachReduced((number, output) -> code.loadConstant(width)
                .newarray(output.type().kind())
                .astore(
                        accumulators[number][0]));
        rows(() -> {
            writer.prepareRow();
            forEachReduced((number, output) -> fill(output, accumulators[number][0]));
            code.iconst_0().istore(index);
            Code.loop(code, index, Operands.N, 1, () -> {
                writer.body(index);
                for (int number = 0; number < outputs.size(); number++) {
                    scalarOutput(writer, number, accumulators[number][0], bound);
                }
            });
            forEachReduced((number, output) -> {
                joinScalar(output, accumulators[number][0], width);
                finish(number, output, key.lanes(), lane -> {
                    code.aload(accumulators[number][0]).loadConstant(lane);
                    Code.arrayLoad(code, output.type());
                });
            });
        });
    }

    private void fill(KernelKey.Output output, int accumulator) {
        code.aload(accumulator);
        Code.identity(code, output.type(), output.reduction());
        code.invokestatic(ClassDesc.of("java.util.Arrays"), "fill", MethodTypeDesc.of(CD_void, Code.array(output
                .type()), Code.primitive(output.type())));
    }

    /** Adds the upper halves of the accumulators to the lower ones until one vector's lanes are left. */
    private void joinScalar(KernelKey.Output output, int accumulator, int width) {
        for (int half = width / 2; half >= key.lanes(); half /= 2) {
            for (int i = 0; i < half; i++) {
                code.aload(accumulator).loadConstant(i).aload(accumulator).loadConstant(i);
                Code.arrayLoad(code, output.type());
                code.aload(accumulator).loadConstant(i + half);
                Code.arrayLoad(code, output.type());
                Code.combine(code, output.type(), output.reduction());
                Code.arrayStore(code, output.type());
            }
        }
    }

    private void scalarOutput(ScalarWriter writer, int number, int accumulator, int bound) {
        KernelKey.Output output = outputs.get(number);
        Operands.Operand operand = operands.output(number);
        if (output.mode() == KernelKey.Mode.REDUCE) {
            int place = code.allocateLocal(TypeKind.INT);
            Label rest = code.newLabel();
            Label chosen = code.newLabel();
            code.iload(index).iload(bound).if_icmpge(rest);
            code.iload(index).loadConstant(unroll * key.lanes() - 1).iand().goto_(chosen);
            code.labelBinding(rest).iload(index).loadConstant(key.lanes() - 1).iand();
            code.labelBinding(chosen).istore(place);
            code.aload(accumulator).iload(place).aload(accumulator).iload(place);
            Code.arrayLoad(code, output.type());
            writer.push(output.value());
            Code.combine(code, output.type(), output.reduction());
            Code.arrayStore(code, output.type());
            return;
        }
        operand.position(code, index, 0);
        if (output.mode() != KernelKey.Mode.STORE) {
            operand.position(code, index, 0);
            Code.arrayLoad(code, output.type());
            writer.push(output.value());
            Code.combine(code, output.type(), output.reduction());
        } else {
            writer.push(output.value());
        }
        Code.arrayStore(code, output.type());
    }
}
