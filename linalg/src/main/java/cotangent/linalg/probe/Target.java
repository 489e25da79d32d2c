package cotangent.linalg.probe;

/** An accuracy to reach. */
@FunctionalInterface
public interface Target {
    /** How many times wider than allowed the error bar of a measurement is; 1 or less where the target is reached. */
    double excess(Moments moments);
}
