package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.Dialect;
import cotangent.tornado.device.Dialect.Accurate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/**
 * What a device can do, tried out on it: whether it computes in float64, which of its own functions are accurate enough to
 * be called, and whether the language's polynomials, which serve in place of the others, come out accurate on it.
 */
final class SelfTest {
    /** Largest error of a function in units in the last place of its result, as the CPU backends promise, with one to spare. */
    private static final Map<UnaryFunction, Integer> ULPS = new EnumMap<>(Map.of(UnaryFunction.EXP, 4,
            UnaryFunction.EXPM1, 4, UnaryFunction.LOG, 3, UnaryFunction.LOG1P, 4, UnaryFunction.SIN, 3,
            UnaryFunction.COS, 3, UnaryFunction.TANH, 8));
    private static final Set<UnaryFunction> CALLABLE = Set.of(UnaryFunction.EXP, UnaryFunction.LOG, UnaryFunction.SIN,
            UnaryFunction.COS, UnaryFunction.TANH);
    private static final int POW_ULPS = 4;
    private static final double[] POINTS = points();

    private final Device device;
    private final DeviceMemory memory;

    private SelfTest(Device device, DeviceMemory memory) {
        this.device = device;
        this.memory = memory;
    }

    /**
     * What was found.
     *
     * @param dialect  the device's, with those of its functions that are accurate
     * @param doubles  whether it has float64 that is float64
     * @param wrong    operations and dtypes, such as "exp of f64", that no way of computing made accurate
     */
    record Report(Dialect dialect, boolean doubles, Set<String> wrong) {
        /** A sentence: what is computed at all, what is wrong, and which functions are the device's own. */
        @Override
        public String toString() {
            List<String> own = new ArrayList<>();
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                List<String> names = CALLABLE.stream()
                        .filter(function -> dialect.calls(function, dtype))
                        .map(UnaryFunction::label)
                        .sorted()
                        .toList();
                if (!names.isEmpty()) {
                    own.add(String.join(" ", names) + " of " + dtype);
                }
            }
            return "%s; %s; its own %s".formatted(doubles ? "float32 and float64" : "float32 only",
                    wrong.isEmpty() ? "all functions accurate" : "wrong: " + String.join(", ", new TreeSet<>(wrong)),
                    own.isEmpty() ? "functions are not called" : String.join(", ", own));
        }
    }

    static Report of(Device device, DeviceMemory memory) {
        return new SelfTest(device, memory).report();
    }

    /** Small, moderate and large numbers of both signs. */
    private static double[] points() {
        List<Double> points = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            double size = Math.scalb(1 + 0.618 * (i % 8) / 5, i / 4 - 10);
            points.add(i % 2 == 0 ? size : -size);
        }
        return points.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Report report() {
        boolean doubles = device.hasDoubles() && addsDoubles();
        Set<Accurate> accurate = new HashSet<>();
        Set<String> wrong = new HashSet<>();
        for (DType dtype : doubles ? List.of(DType.F32, DType.F64) : List.of(DType.F32)) {
            ULPS.forEach((function, ulps) -> {
                Accurate called = new Accurate(function, dtype);
                if (isCallable(called)) {
                    accurate.add(called);
                } else if (!isAccurate(function, dtype, Set.of())) {
                    wrong.add(name(function.label(), dtype));
                }
            });
            if (!isPowerAccurate(dtype)) {
                wrong.add(name(BinaryFunction.POW.label(), dtype));
            }
        }
        return new Report(device.dialect().with(accurate), doubles, wrong);
    }

    static String name(String operation, DType dtype) {
        return operation + " of " + dtype;
    }

    private Tensor run(Expr input, Expr result, Dialect dialect, Tensor argument) {
        Graph graph = Graph.of(List.of(input), List.of(result));
        try (DeviceExecutable executable = DeviceExecutable.load(Planner.plan(graph, null, Planner.SEPARATE_STEPS),
                device,
                dialect, memory)) {
            return executable.run(List.of(argument)).getFirst();
        }
    }

    /** Whether 1 + 2^-52 is told from 1; a device that takes no such program does not. */
    private boolean addsDoubles() {
        Expr x = Expr.input(TensorType.of(DType.F64, 2));
        try {
            double[] found = run(x, x.plus(1), device.dialect(), Tensor.of(0x1p-52, 0x1p-51)).toDoubles();
            return found[0] == 1 + 0x1p-52 && found[1] == 1 + 0x1p-51;
        } catch (DeviceException refused) {
            return false;
        }
    }

    private static Tensor tensor(double[] elements, DType dtype) {
        if (dtype == DType.F64) {
            return Tensor.of(elements);
        }
        float[] rounded = new float[elements.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) elements[i];
        }
        return Tensor.of(rounded);
    }

    /** Whether the device's own function compiles and is accurate. */
    private boolean isCallable(Accurate called) {
        try {
            return CALLABLE.contains(called.function()) && isAccurate(called.function(), called.type(), Set.of(called));
        } catch (DeviceException refused) {
            return false;
        }
    }

    private boolean isAccurate(UnaryFunction function, DType dtype, Set<Accurate> called) {
        Tensor points = tensor(POINTS, dtype);
        Expr x = Expr.input(points.type());
        Expr result = x.operation(new Op.Unary(function), List.of(x));
        Tensor found = run(x, result, device.dialect().with(called), points);
        return isNear(points, found, exact(function), ULPS.getOrDefault(function, 0));
    }

    private boolean isPowerAccurate(DType dtype) {
        double exponent = 1.75;
        Tensor points = tensor(java.util.Arrays.stream(POINTS).map(Math::abs).toArray(), dtype);
        Expr x = Expr.input(points.type());
        Expr power = Expr.of(Tensor.full(Shape.of(POINTS.length), exponent, dtype));
        Expr result = x.operation(new Op.Binary(BinaryFunction.POW), List.of(x, power));
        Tensor found = run(x, result, device.dialect(), points);
        return isNear(points, found, value -> StrictMath.pow(value, exponent), POW_ULPS);
    }

    private static DoubleUnaryOperator exact(UnaryFunction function) {
        return switch (function) {
            case EXP -> StrictMath::exp;
            case EXPM1 -> StrictMath::expm1;
            case LOG -> StrictMath::log;
            case LOG1P -> StrictMath::log1p;
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TANH -> StrictMath::tanh;
            default -> throw new AssertionError(function);
        };
    }

    private static boolean isNear(Tensor points, Tensor found, DoubleUnaryOperator exact, int ulps) {
        double[] x = points.toDoubles();
        double[] y = found.toDoubles();
        boolean single = points.dtype() == DType.F32;
        for (int i = 0; i < x.length; i++) {
            double wanted = exact.applyAsDouble(x[i]);
            double rounded = single ? (float) wanted : wanted;
            double ulp = single ? Math.ulp((float) wanted) : Math.ulp(wanted);
            boolean same = Double.compare(y[i], rounded) == 0 || Double.isNaN(wanted) && Double.isNaN(y[i]);
            if (!same && !(Math.abs(y[i] - wanted) <= ulps * ulp)) {
                return false;
            }
        }
        return true;
    }
}
