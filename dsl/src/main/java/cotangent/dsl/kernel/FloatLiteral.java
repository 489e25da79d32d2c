package cotangent.dsl.kernel;

/** A product C := A B, or C += A B, whose sizes and strides are constants of a generated class. */
abstract class FloatLiteral {
    abstract void multiply(float[] a, int aOff, float[] b, int bOff, float[] c, int cOff);
}
