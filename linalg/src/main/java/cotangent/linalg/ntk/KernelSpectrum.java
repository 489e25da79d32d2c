package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.StableRank;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.LogDeterminant;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.time.Duration;

/** Statistics of one kernel's eigenvalues: exact from the kernel written out where that is planned, else from products. */
record KernelSpectrum(KernelEstimates kernel) {
    private Factors factors() {
        return kernel.factors();
    }

    private KernelPlan plan(String statistic, Sampling sampling, boolean eigenvalues) {
        Planner planner = kernel.planner();
        return planner.spectrum(statistic, sampling, kernel.subject(), eigenvalues
                ? planner.eigenvalues()
                : planner.cholesky(), eigenvalues ? "eigenvalues" : "Cholesky factor");
    }

    KernelPlan plan(String statistic, Sampling sampling) {
        return plan(statistic, sampling, !statistic.startsWith("log"));
    }

    Estimate stableRank(Sampling sampling) {
        String name = "stable rank";
        if (!plan(name, sampling).chosen().exact()) {
            return StableRank.of(factors().operator(), sampling);
        }
        WrittenKernel written = kernel.written(name);
        double[] values = written.eigenvalues();
        double largest = values[values.length - 1];
        if (!(largest > 0)) {
            throw new InvalidDataException("stable rank: expected a kernel that is not zero; its rank is 0/0");
        }
        double sum = 0;
        for (double value : values) {
            sum += value / largest * (value / largest);
        }
        return written.estimate(name, sum, sampling.seed(), ", and all its eigenvalues");
    }

    Estimate logDeterminant(double shift, Sampling sampling) {
        String name = "log-determinant";
        if (!(shift >= 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException(name + ": expected a multiple of I from 0 to add, got " + shift);
        }
        boolean singular = shift == 0 && factors().parameters() < factors().size();
        if (singular) {
            return singular(name, Double.NEGATIVE_INFINITY, sampling);
        }
        if (!plan(name, sampling).chosen().exact()) {
            return LogDeterminant.of(factors().operator(), shift, sampling);
        }
        WrittenKernel written = kernel.written(name);
        return written.estimate(name, written.logDeterminant(shift), sampling.seed(), ", and its Cholesky factor");
    }

    private Estimate singular(String name, double value, Sampling sampling) {
        return new Estimate(name, value, 0, ErrorBar.EXACT, 0, 0, 0, 0, 0, 0, sampling.seed(),
                "exact: singular, with %d parameters for %d rows".formatted(factors().parameters(), factors().size()),
                Duration.ZERO, true);
    }

    Estimate conditionNumber(double shift, Sampling sampling) {
        String name = "condition number";
        if (!(shift >= 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException(name + ": expected a multiple of I from 0 to add, got " + shift);
        }
        boolean deficient = factors().parameters() < factors().size();
        if (deficient && shift == 0) {
            return singular(name, Double.POSITIVE_INFINITY, sampling);
        }
        if (!plan(name, sampling).chosen().exact()) {
            return conditionByLanczos(name, shift, deficient, sampling);
        }
        WrittenKernel written = kernel.written(name);
        double[] values = written.eigenvalues();
        double least = deficient ? 0 : Math.max(0, values[0]);
        double rounding = values.length * Math.ulp(values[values.length - 1]);
        double condition = (values[values.length - 1] + shift) / (least <= rounding && shift == 0 ? 0 : least + shift);
        return written.estimate(name, condition, sampling.seed(), ", and all its eigenvalues");
    }

    /** From the Ritz values at both ends; where the smallest eigenvalue is known, from the largest alone. */
    private Estimate conditionByLanczos(String name, double shift, boolean deficient, Sampling sampling) {
        LinearOperator operator = factors().operator();
        Lanczos solver = deficient ? Lanczos.largest(1) : Lanczos.bothEnds(2);
        int budget = Math.max(10, sampling.budget());
        Eigenpairs ends = solver.maxMatvecs(budget)
                .tolerance(sampling.accuracy().asked() ? 1e-12 : 1e-10)
                .seed(sampling.seed())
                .listener(sampling.listener())
                .decompose(operator);
        double largest = ends.values().get(0);
        double least = deficient ? 0 : Math.max(0, ends.values().get(1));
        double missing = deficient ? 0 : Math.min(least, ends.valueBound(1));
        double value = (largest + shift) / (least + shift);
        double most = (largest + ends.valueBound(0) + shift) / (least - missing + shift);
        Estimate found = new Estimate(name, value, most - value, ErrorBar.BOUND, 0, 0, ends.numMatvecs(), ends.jvps(),
                ends.vjps(), 0, sampling.seed(), "ends of the spectrum: Lanczos" + (deficient
                        ? "; the smallest eigenvalue is that of rank %d".formatted(factors().parameters())
                        : ""),
                ends.elapsed(), ends.converged());
        return found.against(sampling.accuracy());
    }

    SpectralDensity density(Sampling sampling) {
        int n = factors().size();
        if (plan("spectral density", sampling).chosen().exact()) {
            return exactDensity(sampling);
        }
        StochasticLanczosQuadrature quadrature = StochasticLanczosQuadrature.matvecs(Math.min(sampling.budget(), Math
                .max(2, n - 1))).seed(sampling.seed()).blockSize(sampling.blockSize()).listener(sampling.listener());
        if (sampling.accuracy().asked()) {
            quadrature = quadrature.relativeError(sampling.accuracy().relativeError())
                    .confidence(sampling.accuracy()
                            .confidence());
        }
        return quadrature.density(factors().operator());
    }

    private SpectralDensity exactDensity(Sampling sampling) {
        WrittenKernel written = kernel.writtenInFull("spectral density");
        SpectralDensity found = StochasticLanczosQuadrature.matvecs(factors().size())
                .density(LinearOperator.of(written.matrix()).asPositiveSemidefinite());
        Estimate cost = written.estimate("spectral density", 0, sampling.seed(), ", and all its eigenvalues");
        return new SpectralDensity(found.points(), found.values(), found.standardErrors(), found.errorBar(), found
                .width(), cost.numMatvecs(), cost.jvps(), cost.vjps(), 0, cost.seed(), cost.route(), cost.elapsed(),
                true);
    }
}
