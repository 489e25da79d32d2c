package cotangent.examples.curvature;

import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Checkpoint;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.PowerIteration;
import cotangent.linalg.PrincipalAngles;
import cotangent.linalg.dynamics.Curvature;
import cotangent.linalg.dynamics.OutputLoss;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;

/**
 * A loss's curvature at one checkpoint, every number of it from products that a ledger counts.
 *
 * @param step        of training
 * @param loss        there
 * @param accuracy    the share of digits told right
 * @param largest     eigenpairs of the Hessian, descending
 * @param smallest    its least eigenvalue
 * @param powers      eigenpairs of largest magnitude by power iteration with deflation
 * @param again       the same by Lanczos
 * @param trace       of the Hessian
 * @param norm        its Frobenius norm
 * @param gaussNewton the largest eigenvalue of the Gauss-Newton matrix
 */
record Snapshot(long step, double loss, double accuracy, Eigenpairs largest, double smallest, Eigenpairs powers,
        Eigenpairs again, Estimate trace, Estimate norm, double gaussNewton) {
    /** Power iteration's errors fall too slowly for more digits. */
    private static final double LOOSE = 1e-3;
    private static final double TIGHT = 1e-6;
    static final int POWERS = 3;

    /**
     * Measures a checkpoint.
     *
     * @param top      eigenpairs to find
     * @param relative error of trace and norm to reach, of 95 % intervals
     */
    static Snapshot of(DigitClassifier.Problem problem, Checkpoint checkpoint, int top, double relative,
            Ledger ledger) {
        Params params = (Params) checkpoint.state().params();
        long step = checkpoint.state().step();
        String column = "step " + step;
        LinearOperator hessian = problem.hessian(params);
        LinearOperator gaussNewton = Curvature.gaussNewton(problem.mlp().fn(), OutputLoss.softmaxCrossEntropy(), problem
                .labels(), params, problem.x()).operator();
        Sampling sampling = Sampling.relativeError(relative);
        return new Snapshot(step, ((Tensor) problem.loss().apply(params, problem.x(), problem.labels())).item(), problem
                .accuracy(params),
                ledger.spend("%d largest eigenvalues, Lanczos".formatted(top), column, hessian,
                        h -> Lanczos.largest(top)
                                .tolerance(TIGHT)
                                .decompose(h)),
                ledger.spend("smallest eigenvalue, Lanczos", column, hessian, h -> Lanczos.smallest(1)
                        .tolerance(TIGHT)
                        .decompose(h)).values().get(0),
                ledger.spend("%d of largest magnitude, power iteration".formatted(POWERS), column, hessian,
                        h -> PowerIteration.largestMagnitude(POWERS).tolerance(LOOSE).decompose(h)),
                ledger.spend("%d of largest magnitude, Lanczos".formatted(POWERS), column, hessian, h -> Lanczos
                        .largestMagnitude(POWERS)
                        .tolerance(LOOSE)
                        .decompose(h)),
                ledger.spend("trace to %s".formatted(percent(relative)), column, hessian, h -> Curvature.of(h)
                        .trace(
                                sampling)),
                ledger.spend("Frobenius norm to %s".formatted(percent(relative)), column, hessian, h -> Curvature.of(h)
                        .frobeniusNorm(sampling)),
                ledger.spend("largest of Gauss-Newton, Lanczos", column, gaussNewton, g -> Lanczos.largest(1)
                        .tolerance(TIGHT)
                        .decompose(g)).values().get(0));
    }

    private static String percent(double share) {
        return "%s %%".formatted(Table.number(100 * share, 2));
    }

    /** The largest principal angle between the leading eigenvectors of two checkpoints, in radians. */
    double angle(Snapshot other) {
        return PrincipalAngles.between(largest.vectors(), other.largest.vectors()).largest();
    }

    /** The largest change of a leading eigenvalue. */
    double moved(Snapshot other) {
        double moved = 0;
        for (int i = 0; i < largest.size(); i++) {
            moved = Math.max(moved, Math.abs(largest.values().get(i) - other.largest.values().get(i)));
        }
        return moved;
    }
}
