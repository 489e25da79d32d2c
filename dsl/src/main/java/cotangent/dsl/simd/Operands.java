package cotangent.dsl.simd;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;

/** The local variables of a kernel that hold its operands: array, place of the current row, step to the next. */
final class Operands {
    static final int ARRAYS = 1;
    static final int SHIFTS = 2;
    static final int SLOTS = 3;
    static final int OFFSETS = 4;
    static final int ROW_STRIDES = 5;
    static final int ROWS = 6;
    static final int N = 7;

    /** One operand's local variables. */
    record Operand(int array, int offset, int rowStride) {
        /** Pushes array and position {@code offset + index + ahead}. */
        void position(CodeBuilder code, int index, int ahead) {
            code.aload(array).iload(offset).iload(index).iadd();
            if (ahead != 0) {
                code.loadConstant(ahead).iadd();
            }
        }

        /** Pushes array and the row's place. */
        void start(CodeBuilder code) {
            code.aload(array).iload(offset);
        }
    }

    private final List<Operand> inputs = new ArrayList<>();
    private final List<Operand> outputs = new ArrayList<>();
    private final List<Operand> moving = new ArrayList<>();

    /** Writes the code that fetches every operand from the kernel's arguments. */
    Operands(CodeBuilder code, KernelKey key) {
        for (KernelKey.Input input : key.inputs()) {
            inputs.add(fetch(code, inputs.size(), input.type()));
        }
        moving.addAll(inputs);
        for (KernelKey.Output output : key.outputs()) {
            outputs.add(fetch(code, inputs.size() + outputs.size(), output.type()));
            if (output.mode() != KernelKey.Mode.FOLD) {
                moving.add(outputs.getLast());
            }
        }
    }

    private static Operand fetch(CodeBuilder code, int number, LaneType type) {
        Operand operand = new Operand(code.allocateLocal(TypeKind.REFERENCE), code.allocateLocal(TypeKind.INT), code
                .allocateLocal(TypeKind.INT));
        code.aload(ARRAYS)
                .aload(SLOTS)
                .loadConstant(number)
                .iaload()
                .aaload()
                .checkcast(Code.array(type))
                .astore(
                        operand.array());
        code.aload(SHIFTS).aload(SLOTS).loadConstant(number).iaload().iaload();
        code.aload(OFFSETS).loadConstant(number).iaload().iadd().istore(operand.offset());
        code.aload(ROW_STRIDES).loadConstant(number).iaload().istore(operand.rowStride());
        return operand;
    }

    Operand input(int number) {
        return inputs.get(number);
    }

    Operand output(int number) {
        return outputs.get(number);
    }

    /** Moves every operand that has several rows to the next. */
    void advance(CodeBuilder code) {
        for (Operand operand : moving) {
            code.iload(operand.offset()).iload(operand.rowStride()).iadd().istore(operand.offset());
        }
    }
}
