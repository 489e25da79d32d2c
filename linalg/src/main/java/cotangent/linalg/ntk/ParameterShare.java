package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What one parameter adds to a tangent kernel K = Σ_p K_p.
 *
 * @param name       of the parameter
 * @param trace      tr K_p
 * @param norm       ‖K_p‖_F
 * @param ofTrace    tr K_p / tr K: shares of the trace add up to 1
 * @param ofNorm     ⟨K_p, K⟩_F / ‖K‖_F²: shares of the squared norm add up to 1 as well, what a parameter has in common with the
 *                   others counted half to each; none is negative
 */
public record ParameterShare(String name, double trace, double norm, double ofTrace, double ofNorm) {
    /** The shares of parts of a kernel that are made one at a time. */
    static List<ParameterShare> of(List<String> names, Tensor kernel, Function<String, Tensor> part) {
        Tensor wide = kernel.cast(DType.F64);
        double trace = Gram.trace(wide);
        double square = Gram.inner(wide, wide);
        if (square == 0) {
            throw new InvalidDataException("parameterShares: the kernel is zero");
        }
        List<ParameterShare> shares = new ArrayList<>();
        for (String name : names) {
            Tensor own = part.apply(name).cast(DType.F64);
            double ownTrace = Gram.trace(own);
            shares.add(new ParameterShare(name, ownTrace, Math.sqrt(Gram.inner(own, own)), ownTrace / trace, Gram.inner(
                    own, wide) / square));
        }
        return List.copyOf(shares);
    }

    @Override
    public String toString() {
        return "%s: trace %s (%s %%), norm %s (%s %%)".formatted(name, Figures.number(trace, 4), Figures.number(100
                * ofTrace, 3), Figures.number(norm, 4), Figures.number(100 * ofNorm, 3));
    }
}
