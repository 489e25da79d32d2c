package cotangent.examples.model;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code GRU} and {@code LSTM}, from zero states: inputs [times, N, in], or [N, times, in] with {@code batch_first}, to the
 * states of all times; gates are stacked in PyTorch's order.
 */
record Recurrence(String label, String name, boolean gru, int in, int hidden, int layers, boolean bias,
        boolean batchFirst) implements Layer {
    private static final int GRU_GATES = 3;
    private static final int LSTM_GATES = 4;

    static Layer of(String name, LayerText text, boolean gru) {
        text.names("input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional",
                "proj_size");
        text.only("bidirectional", "False");
        text.only("proj_size", "0");
        text.word("dropout", "");
        return new Recurrence(text.label(), name, gru, text.size("input_size"), text.size("hidden_size"), text
                .size("num_layers", 1), text.flag("bias", true), text.flag("batch_first", false));
    }

    private int gates() {
        return gru ? GRU_GATES : LSTM_GATES;
    }

    @Override
    public List<Parameter> parameters() {
        double bound = 1 / Math.sqrt(hidden);
        int rows = gates() * hidden;
        int[] same = {};
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            parameters.add(Parameter.uniform(name + ".weight_ih_l" + i, bound, same, rows, i == 0 ? in : hidden));
            parameters.add(Parameter.uniform(name + ".weight_hh_l" + i, bound, same, rows, hidden));
            if (bias) {
                parameters.add(Parameter.uniform(name + ".bias_ih_l" + i, bound, same, rows));
                parameters.add(Parameter.uniform(name + ".bias_hh_l" + i, bound, same, rows));
            }
        }
        return parameters;
    }

    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        Expr x = signal.plain();
        if (x.rank() != 3 || x.shape().extent(2) != in) {
            throw refused("inputs [%s, %d]".formatted(batchFirst ? "N, times" : "times, N", in), x);
        }
        Expr states = batchFirst ? x.swapAxes(0, 1) : x;
        Expr zero = Expr.of(Tensor.zeros(x.dtype(), states.shape().extent(1), hidden));
        for (int i = 0; i < layers; i++) {
            Expr cell = cell(params, i, x.dtype());
            states = gru
                    ? Nn.gru(cell, states, zero).get(0)
                    : Nn.lstm(cell, states, Expr.tuple(zero, zero)).get(0);
        }
        return new Signal(batchFirst ? states.swapAxes(0, 1) : states, false, batchFirst ? 1 : 0);
    }

    private Expr cell(Map<String, Expr> params, int i, DType dtype) {
        Map<String, Expr> cell = new LinkedHashMap<>();
        for (String kind : List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")) {
            cell.put(kind, kind.startsWith("bias") && !bias
                    ? Expr.of(Tensor.zeros(dtype, gates() * hidden))
                    : Objects.requireNonNull(params.get(name + "." + kind + "_l" + i)));
        }
        return Expr.params(cell);
    }
}
