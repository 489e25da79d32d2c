package cotangent.dsl.simd;

/**
 * The parts of a floating-point number.
 *
 * @param mantissaBits bits of the mantissa that are stored
 * @param bias         what is added to an exponent
 * @param shifter      added to a number below a quarter of it, leaves the nearest whole number in the lowest bits
 * @param signBit      the sign
 * @param minNormal    the smallest number that is not subnormal
 */
record FloatFormat(int mantissaBits, int bias, double shifter, long signBit, double minNormal) {
    private static final FloatFormat SINGLE = new FloatFormat(23, 127, 0x1.8p23, Integer.MIN_VALUE, Float.MIN_NORMAL);
    private static final FloatFormat DOUBLE = new FloatFormat(52, 1023, 0x1.8p52, Long.MIN_VALUE, Double.MIN_NORMAL);

    static FloatFormat of(Lane x) {
        return x.type().bits() == 64 ? DOUBLE : SINGLE;
    }
}
