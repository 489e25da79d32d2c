package cotangent.spec.bench;

import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.trace.AHutchPlusPlus;
import cotangent.linalg.trace.DiagPlusPlus;
import cotangent.linalg.trace.FrobeniusNorm;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.HutchinsonDiagonal;
import cotangent.linalg.trace.KernelPolynomial;
import cotangent.linalg.trace.KrylovAwareTrace;
import cotangent.linalg.trace.NaHutchPlusPlus;
import cotangent.linalg.trace.NystromPlusPlus;
import cotangent.linalg.trace.RowNorms;
import cotangent.linalg.trace.SchattenNorm;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import cotangent.linalg.trace.XDiag;
import cotangent.linalg.trace.XNysTrace;
import cotangent.linalg.trace.XTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Every estimator on every spectrum, at one budget for all. */
final class AccuracyCases {
    private static final Probes LAW = Probes.SPHERE;
    private static final String DIAGONALS = "diagonal, random eigenvectors";

    private final int budget;
    private final Predicate<List<String>> wanted;
    private final List<AccuracyCase> cases = new ArrayList<>();

    private AccuracyCases(int budget, Predicate<List<String>> wanted) {
        this.budget = budget;
        this.wanted = wanted;
    }

    /**
     * The cases at a budget.
     *
     * @param wanted says by the names of table, spectrum and estimator
     */
    static List<AccuracyCase> at(int budget, Predicate<List<String>> wanted) {
        AccuracyCases all = new AccuracyCases(budget, wanted);
        List<TestSpectrum> spectra = new ArrayList<>(TestSpectrum.small());
        spectra.addAll(TestSpectrum.large());
        spectra.forEach(all::traces);
        TestSpectrum.small().forEach(all::functions);
        TestSpectrum.small().forEach(all::norms);
        TestSpectrum.small().forEach(all::diagonals);
        return all.cases;
    }

    private void traces(TestSpectrum spectrum) {
        int m = budget;
        LinearOperator a = spectrum.diagonal();
        Theory theory = new Theory(spectrum.values());
        double truth = spectrum.sum(x -> x);
        String group = "trace, n = " + spectrum.size();
        add(group, spectrum, "Hutchinson", theory.hutchinson(m), truth, seed -> Hutchinson.matvecs(m)
                .probes(LAW)
                .seed(
                        seed)
                .trace(a));
        add(group, spectrum, "Hutch++", theory.hutchPlusPlus(m), truth, seed -> HutchPlusPlus.matvecs(m)
                .probes(LAW)
                .seed(seed)
                .trace(a));
        add(group, spectrum, "NA-Hutch++", theory.naHutchPlusPlus(m), truth, seed -> NaHutchPlusPlus.matvecs(m)
                .probes(LAW)
                .seed(seed)
                .trace(a));
        add(group, spectrum, "A-Hutch++", theory.aHutchPlusPlus(m), truth, seed -> AHutchPlusPlus.matvecs(m)
                .seed(seed)
                .trace(a));
        add(group, spectrum, "Nyström++", theory.nystromPlusPlus(m), truth, seed -> NystromPlusPlus.matvecs(m)
                .probes(LAW)
                .seed(seed)
                .trace(a));
        add(group, spectrum, "XTrace", theory.xTrace(m), truth, seed -> XTrace.matvecs(m).seed(seed).trace(a));
        add(group, spectrum, "XNysTrace", theory.xNysTrace(m), truth, seed -> XNysTrace.matvecs(m).seed(seed).trace(a));
    }

    private void functions(TestSpectrum spectrum) {
        function(spectrum, "log det(I + A)", Math::log1p);
        function(spectrum, "Estrada index", Math::exp);
    }

    private void function(TestSpectrum spectrum, String group, DoubleUnaryOperator f) {
        int m = budget;
        int steps = Math.max(2, m / 10);
        LinearOperator a = spectrum.diagonal();
        double truth = spectrum.sum(f);
        double lanczos = Theory.function(spectrum.values(), f, m / steps);
        double chebyshev = Theory.function(spectrum.values(), f, (m - 10) / steps);
        double krylov = Theory.function(spectrum.values(), f, (m - 2 * steps * (m / (4 * steps))) / steps);
        add(group, spectrum, "Lanczos quadrature", lanczos, truth, seed -> StochasticLanczosQuadrature.matvecs(m)
                .steps(
                        steps)
                .seed(seed)
                .trace(a, f));
        add(group, spectrum, "kernel polynomial", chebyshev, truth, seed -> KernelPolynomial.matvecs(m)
                .steps(steps)
                .seed(seed)
                .trace(a, f));
        add(group, spectrum, "Krylov-aware", krylov, truth, seed -> KrylovAwareTrace.matvecs(m)
                .steps(steps)
                .seed(seed)
                .trace(a, f));
    }

    private void norms(TestSpectrum spectrum) {
        int m = budget;
        LinearOperator a = spectrum.diagonal();
        double[] values = spectrum.values();
        double squares = spectrum.sum(x -> x * x);
        double fourth = spectrum.sum(x -> Math.pow(x, 4));
        double nuclear = spectrum.sum(x -> x);
        add("norms", spectrum, "‖A‖_F², probes", Theory.squaredNorm(values, m), squares, seed -> FrobeniusNorm
                .plainMatvecs(m)
                .probes(LAW)
                .seed(seed)
                .squared(a));
        add("norms", spectrum, "‖A‖_F², sketch", Theory.squaredNorm(values, m / 3), squares, seed -> FrobeniusNorm
                .matvecs(m)
                .probes(LAW)
                .seed(seed)
                .squared(a));
        add("norms", spectrum, "Schatten 4^4", Theory.function(values, x -> Math.pow(x, 4), m / 6), fourth,
                seed -> SchattenNorm.matvecs(m).seed(seed).power(a, 4));
        int steps = (int) Math.round(Math.sqrt(2.0 * m));
        add("norms", spectrum, "Schatten 1", Theory.function(values, x -> x, m / steps), nuclear, seed -> SchattenNorm
                .matvecs(m)
                .seed(seed)
                .power(a, 1));
    }

    private void diagonals(TestSpectrum spectrum) {
        if (Stream.of("Hutchinson", "Diag++", "XDiag", "row norms²")
                .noneMatch(name -> wanted.test(List.of(DIAGONALS, spectrum.name(), name)))) {
            return;
        }
        int m = budget;
        Tensor matrix = spectrum.rotated();
        LinearOperator a = LinearOperator.of(matrix).asPositiveSemidefinite();
        int n = spectrum.size();
        double[] diagonal = new double[n];
        double[] squares = new double[n];
        double[] entries = matrix.toDoubles();
        for (int i = 0; i < n; i++) {
            diagonal[i] = entries[i * n + i];
            for (int j = 0; j < n; j++) {
                squares[i] += entries[i * n + j] * entries[i * n + j];
            }
        }
        Theory theory = new Theory(spectrum.values());
        String group = DIAGONALS;
        addAll(group, spectrum, "Hutchinson", theory.diagonal(diagonal, 0, m), diagonal, seed -> HutchinsonDiagonal
                .matvecs(m)
                .seed(seed)
                .diagonal(a));
        addAll(group, spectrum, "Diag++", theory.diagonal(diagonal, m / 3, m - 2 * (m / 3)), diagonal,
                seed -> DiagPlusPlus.matvecs(m).seed(seed).diagonal(a));
        addAll(group, spectrum, "XDiag", theory.diagonal(diagonal, m / 2 - 1, m / 2), diagonal, seed -> XDiag.matvecs(m)
                .seed(seed)
                .diagonal(a));
        addAll(group, spectrum, "row norms²", Math.sqrt(2.0 / m) * norm(squares), squares, seed -> RowNorms.matvecs(m)
                .seed(seed)
                .squared(a));
    }

    private void add(String group, TestSpectrum spectrum, String estimator, double theory, double truth,
            LongFunction<Estimate> estimate) {
        if (!wanted.test(List.of(group, spectrum.name(), estimator))) {
            return;
        }
        cases.add(new AccuracyCase(group, spectrum.name(), estimator, budget, theory / truth, seed -> {
            Estimate result = estimate.apply(seed);
            return new AccuracyCase.Trial(Math.abs(result.value() - truth) / truth,
                    result.interval(0.95).contains(truth)
                            ? 1
                            : 0,
                    result.numMatvecs());
        }));
    }

    private void addAll(String group, TestSpectrum spectrum, String estimator, double theory, double[] truth,
            LongFunction<EntrywiseEstimate> estimate) {
        if (!wanted.test(List.of(group, spectrum.name(), estimator))) {
            return;
        }
        double size = norm(truth);
        cases.add(new AccuracyCase(group, spectrum.name(), estimator, budget, theory / size, seed -> {
            EntrywiseEstimate result = estimate.apply(seed);
            double[] values = result.values().toDoubles();
            double[] wrong = new double[truth.length];
            double covered = 0;
            for (int i = 0; i < truth.length; i++) {
                wrong[i] = values[i] - truth[i];
                covered += result.interval(i, 0.95).contains(truth[i]) ? 1.0 / truth.length : 0;
            }
            return new AccuracyCase.Trial(norm(wrong) / size, covered, result.numMatvecs());
        }));
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double entry : vector) {
            squares += entry * entry;
        }
        return Math.sqrt(squares);
    }
}
