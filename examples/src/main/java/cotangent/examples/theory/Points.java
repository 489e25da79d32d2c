package cotangent.examples.theory;

import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;

/** Inputs whose squared norm is their number of features, so that units of the first layer have variance 1. */
final class Points {
    private Points() {}

    /** Independent uniform points of the sphere, [n, features]. */
    static Tensor sphere(Key key, int n, int features) {
        double[] x = key.normal(n, features).toDoubles();
        for (int i = 0; i < n; i++) {
            double squares = 0;
            for (int j = i * features; j < (i + 1) * features; j++) {
                squares += x[j] * x[j];
            }
            for (int j = i * features; j < (i + 1) * features; j++) {
                x[j] *= Math.sqrt(features / squares);
            }
        }
        return Tensor.wrap(Shape.of(n, features), x);
    }

    /** Points of the circle at some angles in radians, [n, 2]. */
    static Tensor circle(double... angles) {
        double[] x = new double[2 * angles.length];
        for (int i = 0; i < angles.length; i++) {
            x[2 * i] = Math.sqrt(2) * Math.cos(angles[i]);
            x[2 * i + 1] = Math.sqrt(2) * Math.sin(angles[i]);
        }
        return Tensor.wrap(Shape.of(angles.length, 2), x);
    }
}
