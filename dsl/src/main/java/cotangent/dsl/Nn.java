package cotangent.dsl;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.List;

/** The parts of neural networks, as compositions of the fluent operations; for expressions and tensors alike. */
public final class Nn {
    private Nn() {}

    /**
     * A multilayer perceptron: dense layers with a nonlinearity between them.
     *
     * @param widths number of features from the input to the output, at least two numbers
     */
    public static Mlp mlp(int... widths) {
        return Mlp.of(widths);
    }

    /** {@code x W + b}: inputs [..., in], weights [in, out], biases [out]. */
    public static <V extends Array<V>> V dense(V x, V weights, V biases) {
        return x.matmul(weights).plus(biases);
    }

    /**
     * Normalisation along the last axis to mean 0 and variance 1, then scaled and shifted: {@code (x - mean) /
     * sqrt(variance + 1e-5) * gain + bias} (Ba, Kiros and Hinton 2016).
     *
     * @param gain [features]
     * @param bias [features]
     */
    public static <V extends Array<V>> V layerNorm(V x, V gain, V bias) {
        return layerNorm(x, gain, bias, 1e-5);
    }

    /** {@link #layerNorm(Array, Array, Array)} with another number added to the variance. */
    public static <V extends Array<V>> V layerNorm(V x, V gain, V bias, double epsilon) {
        V centred = x.minus(x.mean(-1).expandDims(-1));
        V scale = centred.square().mean(-1).plus(epsilon).rsqrt();
        return centred.times(scale.expandDims(-1)).times(gain).plus(bias);
    }

    /**
     * Inverted dropout: each element becomes 0 with probability {@code rate}, and is else divided by {@code 1 - rate}, so
     * that the mean stays (Srivastava et al. 2014, section 10).
     *
     * @param rate from 0 to below 1
     * @param key  {@link Key#toTensor}, I32[4]; the same key drops the same elements
     * @throws CotangentException if the rate is out of range
     */
    public static <V extends Array<V>> V dropout(V x, double rate, V key) {
        if (!(rate >= 0 && rate < 1)) {
            throw new CotangentException("dropout: expected a rate from 0 to below 1, got " + rate);
        }
        if (rate == 0) {
            return x;
        }
        V uniform = key.operation(new Op.Random(Distribution.UNIFORM, x.type()));
        return uniform.lessThan(1 - rate).where(x.dividedBy(1 - rate), x.filled(0));
    }

    /**
     * Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2): softmax(Q K^T / sqrt(d)) V with the
     * features cut into heads of d each.
     *
     * @param queries [..., t, features]
     * @param keys    [..., s, features]
     * @param values  [..., s, any]
     * @param heads   a divisor of both numbers of features
     * @param causal  whether query i sees only the keys up to {@code i + s - t}, the last query all; s is at least t then
     * @return [..., t, any]
     * @throws ShapeException if the shapes do not fit each other or the heads
     */
    public static <V extends Array<V>> V attention(V queries, V keys, V values, int heads, boolean causal) {
        requireAttention(queries, keys, values, heads, causal);
        int features = queries.shape().extent(-1) / heads;
        V scores = heads(queries, heads).matmul(heads(keys, heads).swapAxes(-1, -2)).times(1 / Math.sqrt(features));
        V weights = (causal ? masked(scores) : scores).softmax(-1);
        V mixed = weights.matmul(heads(values, heads)).swapAxes(-2, -3);
        return mixed.reshape(mixed.shape()
                .select(Axes.range(0, mixed.rank() - 2))
                .insert(mixed.rank() - 2, values
                        .shape()
                        .extent(-1)));
    }

    private static void requireAttention(Array<?> queries, Array<?> keys, Array<?> values, int heads, boolean causal) {
        boolean fits = queries.rank() >= 2 && keys.rank() >= 2 && values.rank() >= 2 && heads > 0
                && queries.shape().extent(-1) == keys.shape().extent(-1)
                && keys.shape().extent(-2) == values.shape().extent(-2) && queries.shape().extent(-1) % heads == 0
                && values.shape().extent(-1) % heads == 0
                && (!causal || keys.shape().extent(-2) >= queries.shape().extent(-2));
        if (!fits) {
            throw new ShapeException(
                    ("attention: expected queries [..., t, f], keys [..., s, f] and values [..., s, g] "
                            + "with %d heads dividing f and g%s, got %s, %s and %s (%s)").formatted(heads, causal
                                    ? " and s >= t"
                                    : "", queries.shape(), keys.shape(), values.shape(), SourceLine.current()));
        }
    }

    /** [..., t, heads * d] to [..., heads, t, d]. */
    private static <V extends Array<V>> V heads(V x, int heads) {
        Shape leading = x.shape().select(Axes.range(0, x.rank() - 1));
        return x.reshape(leading.then(Shape.of(heads, x.shape().extent(-1) / heads))).swapAxes(-2, -3);
    }

    private static <V extends Array<V>> V masked(V scores) {
        int queries = scores.shape().extent(-2);
        int keys = scores.shape().extent(-1);
        TensorType square = TensorType.of(DType.I32, queries, keys);
        V query = scores.operation(new Op.Iota(square, 0), List.of());
        V key = scores.operation(new Op.Iota(square, 1), List.of());
        V unseen = scores.constant(Tensor.scalar(Double.NEGATIVE_INFINITY, scores.dtype()));
        return key.lessOrEqual(query.plus(keys - queries)).where(scores, unseen);
    }

    /**
     * Mean over all samples of the cross-entropy {@code -log softmax(logits)} at the labels.
     *
     * @param logits [..., classes]
     * @param labels classes, I32[...], or probabilities such as one-hot rows, [..., classes] of the logits' dtype
     * @throws ShapeException if the labels have neither form
     */
    public static <V extends Array<V>> V crossEntropy(V logits, V labels) {
        Shape samples = logits.shape().select(Axes.range(0, Math.max(0, logits.rank() - 1)));
        if (logits.rank() > 0 && labels.dtype() == DType.I32 && labels.shape().equals(samples)) {
            Op pick = new Op.Gather(samples.rank(), samples.rank());
            return logits.operation(pick, List.of(logits.logSoftmax(-1), labels)).mean().neg();
        }
        if (logits.rank() > 0 && labels.type().equals(logits.type())) {
            return logits.logSoftmax(-1).times(labels).sum(-1).mean().neg();
        }
        throw new ShapeException("crossEntropy: for logits %s expected labels i32%s or probabilities %s, got %s (%s)"
                .formatted(logits.type(), samples, logits.type(), labels.type(), SourceLine.current()));
    }

    /**
     * Mean over all elements of the binary cross-entropy {@code -y log p - (1 - y) log(1 - p)} with {@code p = sigmoid(logit)},
     * accurate however large a logit is.
     *
     * @param logits of any shape
     * @param labels y from 0 to 1, of the logits' type, or BOOL of their shape
     * @throws ShapeException if the labels have neither form
     */
    public static <V extends Array<V>> V binaryCrossEntropy(V logits, V labels) {
        if (!labels.type().equals(logits.type()) && !labels.type().equals(logits.type().with(DType.BOOL))) {
            throw new ShapeException(
                    "binaryCrossEntropy: for logits %s expected labels of that type or bool, got %s (%s)"
                            .formatted(logits.type(), labels.type(), SourceLine.current()));
        }
        V y = labels.cast(logits.dtype());
        // Two terms, since softplus(z) - yz cancels where the label is right and the logit large.
        return y.times(logits.neg().softplus()).plus(y.neg().plus(1).times(logits.softplus())).mean();
    }

    /** Mean squared error over all elements. */
    public static <V extends Array<V>> V mse(V prediction, V target) {
        return prediction.minus(target).square().mean();
    }

    /**
     * A recurrent layer with tanh: {@code h' = tanh(W_ih x + b_ih + W_hh h + b_hh)} (Elman 1990); PyTorch's RNN.
     *
     * @param parameters weight_ih [H, in], weight_hh [H, H], bias_ih [H], bias_hh [H]
     * @param x          inputs, time first: [T, B, in]
     * @param initial    first state, [B, H]
     * @return the tuple (all states [T, B, H], last state [B, H])
     * @throws ShapeException if the shapes do not fit each other
     */
    public static Expr rnn(Expr parameters, Expr x, Expr initial) {
        return Recurrent.rnn(parameters, x, initial);
    }

    /**
     * Gated recurrent units (Cho et al. 2014) as in PyTorch: gates r, z, n stacked in that order, {@code n = tanh(W_in x +
     * b_in + r (W_hn h + b_hn))}, {@code h' = (1 - z) n + z h}.
     *
     * @param parameters weight_ih [3H, in], weight_hh [3H, H], bias_ih [3H], bias_hh [3H]
     * @param x          inputs, time first: [T, B, in]
     * @param initial    first state, [B, H]
     * @return the tuple (all states [T, B, H], last state [B, H])
     * @throws ShapeException if the shapes do not fit each other
     */
    public static Expr gru(Expr parameters, Expr x, Expr initial) {
        return Recurrent.gru(parameters, x, initial);
    }

    /**
     * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) as in PyTorch:
     * gates i, f, g, o stacked in that order, {@code c' = f c + i g}, {@code h' = o tanh(c')}.
     *
     * @param parameters weight_ih [4H, in], weight_hh [4H, H], bias_ih [4H], bias_hh [4H]
     * @param x          inputs, time first: [T, B, in]
     * @param initial    the tuple (h, c) of first states, [B, H] each
     * @return the tuple (all h [T, B, H], the tuple (last h, last c))
     * @throws ShapeException if the shapes do not fit each other
     */
    public static Expr lstm(Expr parameters, Expr x, Expr initial) {
        return Recurrent.lstm(parameters, x, initial);
    }
}
