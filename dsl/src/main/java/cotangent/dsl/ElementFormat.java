package cotangent.dsl;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The texts of a tensor's elements by NumPy's default rules: the fewest digits that tell a number from its neighbours,
 * at most {@value #PRECISION} after the point, columns aligned at it; scientific notation for all if one asks for it.
 */
final class ElementFormat {
    private static final int PRECISION = 8;
    private static final double LARGE_F64 = 1e8;
    private static final double LARGE_F32 = 1e6;
    private static final double SMALL = 1e-4;
    private static final double WIDE_RANGE = 1e3;
    /** From here on (in f32 as in columns) and below {@link #SMALL} a scalar is in scientific notation. */
    private static final double LARGE_SCALAR_F64 = 1e16;

    private final DType dtype;

    private ElementFormat(DType dtype) {
        this.dtype = dtype;
    }

    /** The elements at the given offsets, padded to one width. */
    static List<String> aligned(Tensor tensor, int[] offsets) {
        double[] values = Arrays.stream(offsets).mapToDouble(tensor::elementAt).toArray();
        ElementFormat format = new ElementFormat(tensor.dtype());
        return padLeft(switch (tensor.dtype()) {
            case BOOL -> texts(values, value -> Boolean.toString(value != 0));
            case I32 -> texts(values, value -> Integer.toString((int) value));
            case F32, F64 -> format.wantsScientific(values) ? format.scientific(values) : format.positional(values);
        });
    }

    /** The one element of a tensor of rank 0, with as many digits as tell it from its neighbours. */
    static String scalar(Tensor tensor) {
        double value = tensor.item();
        return switch (tensor.dtype()) {
            case BOOL -> Boolean.toString(value != 0);
            case I32 -> Integer.toString((int) value);
            case F32, F64 -> Double.isFinite(value) ? new ElementFormat(tensor.dtype()).alone(value) : special(value);
        };
    }

    private static List<String> texts(double[] values, DoubleFunction<String> text) {
        return Arrays.stream(values).mapToObj(text).toList();
    }

    private static List<String> padLeft(List<String> texts) {
        int width = texts.stream().mapToInt(String::length).max().orElse(0);
        return texts.stream().map(text -> " ".repeat(width - text.length()) + text).toList();
    }

    private boolean wantsScientific(double[] values) {
        double[] sizes = Arrays.stream(values)
                .filter(Double::isFinite)
                .map(Math::abs)
                .filter(size -> size > 0)
                .toArray();
        double largest = Arrays.stream(sizes).max().orElse(1);
        double smallest = Arrays.stream(sizes).min().orElse(1);
        return largest >= (dtype == DType.F32 ? LARGE_F32 : LARGE_F64) || smallest < SMALL
                || largest / smallest > WIDE_RANGE;
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    private static String signOf(double value) {
        return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    }

    /** The shortest decimal that reads back as the magnitude of the number, which must be finite. */
    private BigDecimal shortest(double value) {
        double size = Math.abs(value);
        BigDecimal decimal = new BigDecimal(dtype == DType.F32 ? Float.toString((float) size) : Double.toString(size));
        // Java never writes fewer than two digits, so the smallest number of all is 4.9E-324 there.
        BigDecimal oneDigit = decimal.precision() == 2 ? exact(size, 1) : decimal;
        return readsBack(oneDigit, size) ? oneDigit : decimal;
    }

    private boolean readsBack(BigDecimal decimal, double size) {
        return dtype == DType.F32 ? decimal.floatValue() == (float) size : decimal.doubleValue() == size;
    }

    private List<String> positional(double[] values) {
        List<String> texts = texts(values, value -> Double.isFinite(value) ? positional(value) : special(value));
        int fraction = texts.stream().mapToInt(ElementFormat::fractionLength).max().orElse(0);
        return texts.stream()
                .map(text -> text.indexOf('.') < 0
                        ? text
                        : text + " ".repeat(fraction - fractionLength(text)))
                .toList();
    }

    private static int fractionLength(String text) {
        int point = text.indexOf('.');
        return point < 0 ? 0 : text.length() - point - 1;
    }

    private String positional(double value) {
        BigDecimal decimal = shortest(value);
        if (decimal.scale() > PRECISION) {
            // The exact value, so that a number is not rounded twice.
            decimal = new BigDecimal(Math.abs(value)).setScale(PRECISION, RoundingMode.HALF_EVEN);
        }
        String digits = plain(decimal);
        return signOf(value) + digits + (digits.indexOf('.') < 0 ? "." : "");
    }

    private static String plain(BigDecimal decimal) {
        return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }

    /** Digits d and exponent e of d[0].d[1]d[2]... times 10^e. */
    private record Scientific(String sign, String digits, int exponent) {
        String text(int digitCount, int exponentWidth) {
            String size = Integer.toString(Math.abs(exponent));
            return sign + digits.charAt(0) + "." + digits.substring(1) + "0".repeat(digitCount - digits.length()) + "e"
                    + (exponent < 0 ? "-" : "+") + "0".repeat(Math.max(0, exponentWidth - size.length())) + size;
        }

        static Scientific of(double value, BigDecimal size) {
            if (size.signum() == 0) {
                return new Scientific(signOf(value), "0", 0);
            }
            BigDecimal stripped = size.stripTrailingZeros();
            int exponent = stripped.precision() - stripped.scale() - 1;
            return new Scientific(signOf(value), stripped.unscaledValue().toString(), exponent);
        }

        int exponentWidth() {
            return Math.max(2, Integer.toString(Math.abs(exponent)).length());
        }
    }

    private List<String> scientific(double[] values) {
        List<Scientific> parts = Arrays.stream(values).filter(Double::isFinite).mapToObj(this::shortestWithin).toList();
        int digitCount = parts.stream().mapToInt(part -> part.digits().length()).max().orElse(1);
        int exponentWidth = parts.stream().mapToInt(Scientific::exponentWidth).max().orElse(2);
        // A column's places are filled with the number's own further digits, which matters in float32 and near zero.
        return texts(values, value -> Double.isFinite(value)
                ? Scientific.of(value, exact(value, digitCount)).text(digitCount, exponentWidth)
                : special(value));
    }

    private Scientific shortestWithin(double value) {
        BigDecimal shortest = shortest(value);
        return Scientific.of(value, shortest.precision() > PRECISION + 1 ? exact(value, PRECISION + 1) : shortest);
    }

    private static BigDecimal exact(double value, int digits) {
        return new BigDecimal(Math.abs(value)).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private String alone(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < SMALL || size >= (dtype == DType.F32 ? LARGE_F32 : LARGE_SCALAR_F64))) {
            Scientific parts = Scientific.of(value, shortest(value));
            return parts.text(parts.digits().length(), 2).replace(".e", "e");
        }
        String digits = plain(shortest(value));
        return signOf(value) + digits + (digits.indexOf('.') < 0 ? ".0" : "");
    }
}
