package cotangent.dsl.kernel;

/** A product C := A B, or C += A B, whose sizes and strides are constants of a generated class. */
abstract class DoubleLiteral {
    abstract void multiply(double[] a, int aOff, double[] b, int bOff, double[] c, int cOff);
}
