package cotangent.dsl.simd;

import cotangent.dsl.compile.Region;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import java.util.List;
import java.util.function.BiPredicate;

/** Writes a region's operations as a {@link LaneProgram}. */
public final class Lowering {
    private final LaneProgram.Builder builder = new LaneProgram.Builder();
    private final ElementaryFunctions functions = new ElementaryFunctions(builder);
    private final Lane[] values;
    private final BiPredicate<UnaryFunction, LaneType> called;

    private Lowering(Region region, BiPredicate<UnaryFunction, LaneType> called) {
        this.called = called;
        this.values = new Lane[region.inputs().size() + region.instructions().size()];
        int number = 0;
        for (var dtype : region.inputs()) {
            values[number] = builder.load(number, LaneType.of(dtype));
            number++;
        }
        for (Region.Instruction instruction : region.instructions()) {
            List<Integer> arguments = instruction.arguments();
            Lane a = values[arguments.getFirst()];
            Lane b = arguments.size() > 1 ? values[arguments.get(1)] : a;
            values[number++] = switch (instruction.op()) {
                case Op.Unary unary -> unary(unary.function(), a);
                case Op.Binary binary -> binary(binary.function(), a, b);
                case Op.Compare compare -> builder.compare(switch (compare.comparison()) {
                    case LT -> LaneOp.Code.LT;
                    case LE -> LaneOp.Code.LE;
                    case EQ -> LaneOp.Code.EQ;
                    case NE -> LaneOp.Code.NE;
                }, a, b);
                case Op.Select ignored -> builder.blend(a, b, values[arguments.get(2)]);
                case Op.Cast cast -> cast(a, LaneType.of(cast.dtype()));
                default -> throw new AssertionError(instruction);
            };
        }
    }

    /**
     * The program, and where it keeps the region's values.
     *
     * @param program the instructions
     * @param values  the instruction that makes each of the region's values
     */
    public record Result(LaneProgram program, List<Lane> values) {}

    /** The program of a region with every function written out. */
    public static Result of(Region region) {
        return of(region, (function, type) -> false);
    }

    /** The program of a region in which some functions stay calls, since whoever runs it has them: EXP, LOG, SIN, COS, TANH. */
    public static Result of(Region region, BiPredicate<UnaryFunction, LaneType> called) {
        Lowering lowering = new Lowering(region, called);
        return new Result(lowering.builder.build(), List.of(lowering.values));
    }

    private Lane unary(UnaryFunction function, Lane x) {
        if (called.test(function, x.type())) {
            return builder.call(ScalarFunction.valueOf(function.name()), x);
        }
        return switch (function) {
            case NEG -> builder.neg(x);
            case ABS -> builder.abs(x);
            case SQRT -> builder.sqrt(x);
            case NOT -> builder.not(x);
            case SIGN -> sign(x);
            case EXP -> functions.exp(x);
            case EXPM1 -> functions.expm1(x);
            case LOG -> functions.log(x);
            case LOG1P -> functions.log1p(x);
            case SIN -> functions.sin(x);
            case COS -> functions.cos(x);
            case TANH -> functions.tanh(x);
            case SIGMOID -> functions.sigmoid(x);
            case ERF -> functions.erf(x);
        };
    }

    /** x itself where it is zero or NaN, otherwise 1 or -1. */
    private Lane sign(Lane x) {
        Lane zero = builder.number(x.type(), 0);
        Lane positive = builder.blend(builder.less(zero, x), builder.number(x.type(), 1), x);
        return builder.blend(builder.less(x, zero), builder.number(x.type(), -1), positive);
    }

    private Lane binary(BinaryFunction function, Lane a, Lane b) {
        return switch (function) {
            case ADD -> builder.add(a, b);
            case SUB -> builder.sub(a, b);
            case MUL -> builder.mul(a, b);
            case DIV -> a.type() == LaneType.I32 ? builder.call(ScalarFunction.DIVIDE, a, b) : builder.div(a, b);
            case POW -> functions.pow(a, b);
            case MAX -> builder.max(a, b);
            case MIN -> builder.min(a, b);
            case AND -> builder.and(a, b);
            case OR -> builder.or(a, b);
        };
    }

    private Lane cast(Lane x, LaneType type) {
        if (x.type() == type) {
            return x;
        }
        if (x.type() == LaneType.BOOL) {
            return builder.blend(x, builder.number(type, 1), builder.number(type, 0));
        }
        if (type == LaneType.BOOL) {
            return builder.compare(LaneOp.Code.NE, x, builder.number(x.type(), 0));
        }
        return builder.convert(x, type);
    }
}
