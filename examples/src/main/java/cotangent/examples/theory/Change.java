package cotangent.examples.theory;

import cotangent.dsl.Tensor;

/** How far something moved, in Frobenius norms. */
final class Change {
    private Change() {}

    /** ‖a‖. */
    static double norm(Tensor a) {
        return Math.sqrt(a.square().sum().item());
    }

    /** ‖after − before‖ / ‖before‖. */
    static double relative(Tensor before, Tensor after) {
        return norm(after.minus(before)) / norm(before);
    }

    /** ⟨a, b⟩/(‖a‖‖b‖): 1 of matrices that differ by a positive factor only. */
    static double alignment(Tensor a, Tensor b) {
        return a.times(b).sum().item() / (norm(a) * norm(b));
    }
}
