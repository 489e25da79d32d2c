package cotangent.dsl;

import cotangent.dsl.ir.SourceLine;

/**
 * Recurrent layers on {@link Expr#scan}. What they do to their inputs is one product for all times, before the loop; only
 * the recurrence itself is inside it.
 */
final class Recurrent {
    private Recurrent() {}

    static Expr rnn(Expr parameters, Expr x, Expr initial) {
        require("rnn", 1, parameters, x, initial);
        Expr last = Expr.scan((h, input) -> {
            Expr next = input.plus(recurrent(parameters, h)).tanh();
            return Expr.tuple(next, next);
        }, initial, projected(parameters, x));
        return Expr.tuple(last.get(1), last.get(0));
    }

    static Expr gru(Expr parameters, Expr x, Expr initial) {
        require("gru", 3, parameters, x, initial);
        Expr last = Expr.scan((h, input) -> {
            Expr state = recurrent(parameters, h);
            Expr reset = gate(input, 0, 3).plus(gate(state, 0, 3)).sigmoid();
            Expr update = gate(input, 1, 3).plus(gate(state, 1, 3)).sigmoid();
            Expr candidate = gate(input, 2, 3).plus(reset.times(gate(state, 2, 3))).tanh();
            Expr next = update.filled(1).minus(update).times(candidate).plus(update.times(h));
            return Expr.tuple(next, next);
        }, initial, projected(parameters, x));
        return Expr.tuple(last.get(1), last.get(0));
    }

    static Expr lstm(Expr parameters, Expr x, Expr initial) {
        require("lstm", 4, parameters, x, initial.get(0));
        require("lstm", 4, parameters, x, initial.get(1));
        Expr last = Expr.scan((carry, input) -> {
            Expr gates = input.plus(recurrent(parameters, carry.get(0)));
            Expr cell = gate(gates, 1, 4).sigmoid()
                    .times(carry.get(1))
                    .plus(gate(gates, 0, 4).sigmoid().times(gate(gates, 2, 4).tanh()));
            Expr hidden = gate(gates, 3, 4).sigmoid().times(cell.tanh());
            return Expr.tuple(Expr.tuple(hidden, cell), hidden);
        }, initial, projected(parameters, x));
        return Expr.tuple(last.get(1), last.get(0));
    }

    /** W_ih x + b_ih for all times. */
    private static Expr projected(Expr parameters, Expr x) {
        return x.matmul(parameters.get("weight_ih").swapAxes(0, 1)).plus(parameters.get("bias_ih"));
    }

    private static Expr recurrent(Expr parameters, Expr state) {
        return state.matmul(parameters.get("weight_hh").swapAxes(0, 1)).plus(parameters.get("bias_hh"));
    }

    private static Expr gate(Expr gates, int number, int count) {
        int width = gates.shape().extent(-1) / count;
        return gates.slice(-1, number * width, (number + 1) * width);
    }

    private static void require(String layer, int gates, Expr parameters, Expr x, Expr state) {
        boolean fits = x.rank() == 3 && state.rank() == 2 && state.shape().extent(0) == x.shape().extent(1);
        int hidden = state.rank() == 2 ? state.shape().extent(1) : -1;
        fits = fits && parameters.get("weight_ih").shape().equals(Shape.of(gates * hidden, x.shape().extent(2)))
                && parameters.get("weight_hh").shape().equals(Shape.of(gates * hidden, hidden))
                && parameters.get("bias_ih").shape().equals(Shape.of(gates * hidden))
                && parameters.get("bias_hh").shape().equals(Shape.of(gates * hidden));
        if (!fits) {
            throw new ShapeException(
                    ("%s: expected weight_ih [%dH, in], weight_hh [%dH, H], bias_ih [%dH], bias_hh [%dH], inputs "
                            + "[T, B, in] and a state [B, H], got %s, %s and %s (%s)").formatted(layer, gates, gates,
                                    gates, gates, parameters.structure(), x.type(), state.type(), SourceLine
                                            .current()));
        }
    }
}
