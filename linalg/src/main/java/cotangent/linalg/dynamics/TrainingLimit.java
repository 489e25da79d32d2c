package cotangent.linalg.dynamics;

import cotangent.dsl.Tensor;
import cotangent.linalg.Figures;

/**
 * What training tends to, and what it never learns: the part of the residual that the kernel maps to 0.
 *
 * @param outputs       in the shape and dtype they came in
 * @param residual      outputs minus targets: the projection of the first residual on the kernel's null space
 * @param residualNorm  its norm
 * @param unlearned     that norm as a share of the first residual's, between 0 and 1
 * @param loss          what the loss tends to
 * @param rank          eigenvalues told from 0; through Lanczos the Ritz values so told, of one column of the residual
 * @param threshold     size up to which an eigenvalue is taken for 0
 * @param errorEstimate estimated norm of the outputs' error; 0 through eigenvectors
 * @param converged     whether it is within the tolerance; through Lanczos it need not be where eigenvalues crowd at 0
 */
public record TrainingLimit(Tensor outputs, Tensor residual, double residualNorm, double unlearned, double loss,
        int rank, double threshold, double errorEstimate, boolean converged) {
    @Override
    public String toString() {
        return "limit: loss %s; %s %% of the residual's norm is never learned (rank %d, eigenvalues up to %s taken for 0)%s"
                .formatted(Figures.number(loss, 6), Figures.number(100 * unlearned, 3), rank, Figures.number(threshold,
                        2), converged ? "" : ", not converged");
    }
}
