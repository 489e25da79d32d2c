package cotangent.linalg.dense;

/** The rotation [c s; −s c] that turns (x, y) into (r, 0); one object serves a whole sweep. */
final class PlaneRotation {

    /** Below this the quotients x/r and y/r are taken of scaled numbers, lest r's rounding spoils c² + s² = 1. */
    private static final double SMALL = 0x1p-900;

    double c;
    double s;
    double r;

    /** Sets c, s and r; the identity where x and y are zero. */
    void eliminate(double x, double y) {
        r = Vectors.hypotenuse(x, y);
        if (r >= SMALL) {
            c = x / r;
            s = y / r;
        } else if (r == 0) {
            c = 1;
            s = 0;
        } else {
            double p = x * 0x1p+600;
            double q = y * 0x1p+600;
            double scaled = Vectors.hypotenuse(p, q);
            c = p / scaled;
            s = q / scaled;
        }
    }
}
