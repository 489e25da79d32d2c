package cotangent.examples.training;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.data.DataSet;
import cotangent.linalg.Eigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Strategy;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a network's kernel at its beginning is like, exactly: it is written out.
 *
 * @param statistics by name
 * @param largest    eigenvalue
 */
record InitialKernel(Map<Predictor, Double> statistics, double largest) {
    /** Of the mean eigenvalue: added to all for the condition number, which is else that of rounding. */
    private static final double SHIFT = 1e-3;

    /** What may tell how well a network is going to learn. */
    enum Predictor {
        TRACE("trace / rows"), NORM("Frobenius norm / rows"), EFFECTIVE_RANK("effective rank"), STABLE_RANK(
                "stable rank"), CONDITION("condition number"), LARGEST_SHARE(
                        "largest eigenvalue / trace"), TARGET_ALIGNMENT("target alignment"), CENTRED_ALIGNMENT(
                                "centred target alignment"), LINEARISED_LOSS("loss of linearised training");

        private final String label;

        Predictor(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * The kernel's statistics.
     *
     * @param share of the largest stable rate, for the linearised training
     * @param steps of it
     */
    static InitialKernel of(EmpiricalNtk kernel, DataSet digits, double share, int steps) {
        Eigh eigen = Eigh.of(kernel.toDense());
        double[] values = eigen.values().toDoubles();
        int n = values.length;
        double trace = Arrays.stream(values).sum();
        double squares = Arrays.stream(values).map(value -> value * value).sum();
        double largest = values[n - 1];
        double shift = SHIFT * trace / n;
        EmpiricalNtk written = kernel.by(Strategy.EXPLICIT);
        Sampling exact = Sampling.matvecs(kernel.rows());
        Map<Predictor, Double> found = new EnumMap<>(Predictor.class);
        found.put(Predictor.TRACE, trace / n);
        found.put(Predictor.NORM, Math.sqrt(squares) / n);
        found.put(Predictor.EFFECTIVE_RANK, trace * trace / squares);
        found.put(Predictor.STABLE_RANK, squares / (largest * largest));
        found.put(Predictor.CONDITION, (largest + shift) / (Math.max(0, values[0]) + shift));
        found.put(Predictor.LARGEST_SHARE, largest / trace);
        found.put(Predictor.TARGET_ALIGNMENT, written.labelAlignment(digits.labels(), exact).value());
        found.put(Predictor.CENTRED_ALIGNMENT, written.centredLabelAlignment(digits.labels(), exact).value());
        double[] residual = ((Tensor) kernel.output()).minus(Digits.oneHot(digits)).toDoubles();
        double[] coefficients = eigen.vectors().transpose().matmul(Tensor.wrap(Shape.of(n), residual)).toDoubles();
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double left = Math.pow(1 - 2 * share * Math.max(0, values[i]) / largest, steps) * coefficients[i];
            loss += 0.5 * left * left / n;
        }
        found.put(Predictor.LINEARISED_LOSS, loss);
        return new InitialKernel(found, largest);
    }

    double get(Predictor predictor) {
        return statistics.getOrDefault(predictor, Double.NaN);
    }
}
