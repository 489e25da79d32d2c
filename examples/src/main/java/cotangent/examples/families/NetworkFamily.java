package cotangent.examples.families;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Nn;
import cotangent.dsl.Padding;
import cotangent.dsl.Tensor;
import java.util.Map;

/** Families of networks that take an image; each turns it into states, of which the readout makes the outputs. */
public enum NetworkFamily {
    /** Dense layers over all pixels; the states are the last hidden layer, [N, width]. */
    MLP("MLP") {
        @Override
        void declare(Weights weights, ImageNetwork net) {
            for (int layer = 0; layer < net.depth(); layer++) {
                int in = layer == 0 ? net.edge() * net.edge() : net.width();
                weights.normal("W" + layer, gain(net), in, in, net.width()).constant("b" + layer, 0, net.width());
            }
        }

        @Override
        Expr states(Expr params, Expr x, ImageNetwork net) {
            Expr h = x;
            for (int layer = 0; layer < net.depth(); layer++) {
                h = net.activation().apply(Nn.dense(h, params.get("W" + layer), params.get("b" + layer)));
            }
            return h;
        }

        @Override
        Expr summary(Expr states) {
            return states;
        }

        @Override
        int features(ImageNetwork net) {
            return net.width();
        }
    },
    /** A gated recurrent layer, or some on top of each other, that reads row by row; the states are those of the last, [N, rows, width]. */
    GRU("GRU") {
        @Override
        void declare(Weights weights, ImageNetwork net) {
            int h = net.width();
            for (int layer = 0; layer < net.depth(); layer++) {
                int in = layer == 0 ? net.edge() : h;
                weights.normal("ih" + layer, 1, in, 3 * h, in)
                        .normal("hh" + layer, 1, h, 3 * h, h)
                        .constant("bi" + layer, 0, 3 * h)
                        .constant("bh" + layer, 0, 3 * h);
            }
        }

        @Override
        Expr states(Expr params, Expr x, ImageNetwork net) {
            int n = x.shape().extent(0);
            Expr h = x.reshape(n, net.edge(), net.edge()).moveAxis(1, 0);
            for (int layer = 0; layer < net.depth(); layer++) {
                Expr gates = Expr.params(Map.of("weight_ih", params.get("ih" + layer), "weight_hh", params.get("hh"
                        + layer), "bias_ih", params.get("bi" + layer), "bias_hh", params.get("bh" + layer)));
                h = Nn.gru(gates, h, Expr.of(Tensor.zeros(DType.F64, n, net.width()))).get(0);
            }
            return h.moveAxis(0, 1);
        }

        @Override
        Expr summary(Expr states) {
            return states.at(1, states.shape().extent(1) - 1);
        }

        @Override
        int features(ImageNetwork net) {
            return net.width();
        }
    },
    /** Convolutions of 3 x 3 with pooling between them; the states are the last feature maps, [N, rows, columns, width]. */
    CONVOLUTION("conv net") {
        @Override
        void declare(Weights weights, ImageNetwork net) {
            for (int layer = 0; layer < net.depth(); layer++) {
                int in = layer == 0 ? 1 : net.width();
                weights.normal("k" + layer, gain(net), 9 * in, 3, 3, in, net.width())
                        .constant("c" + layer, 0, net
                                .width());
            }
        }

        @Override
        Expr states(Expr params, Expr x, ImageNetwork net) {
            Expr h = x.reshape(x.shape().extent(0), net.edge(), net.edge(), 1);
            for (int layer = 0; layer < net.depth(); layer++) {
                Expr in = layer == 0 ? h : h.avgPool(2);
                Expr sum = in.conv(params.get("k" + layer), 1, Padding.SAME).plus(params.get("c" + layer));
                h = net.activation().apply(sum);
            }
            return h;
        }

        @Override
        Expr summary(Expr states) {
            return states.reshape(states.shape().extent(0), states.shape().size() / states.shape().extent(0));
        }

        @Override
        int features(ImageNetwork net) {
            int edge = net.edge() >> (net.depth() - 1);
            return edge * edge * net.width();
        }
    },
    /** Blocks of self-attention and a dense layer over the rows, each added to its input; the states are the tokens, [N, rows, width]. */
    ATTENTION("attention") {
        @Override
        void declare(Weights weights, ImageNetwork net) {
            int d = net.width();
            weights.normal("embedding", 1, net.edge(), net.edge(), d).normal("position", 0.5, 1, net.edge(), d);
            for (int block = 0; block < net.depth(); block++) {
                weights.constant("gain" + block, 1, d)
                        .constant("shift" + block, 0, d)
                        .normal("queries" + block, 1, d, d, d)
                        .normal("keys" + block, 1, d, d, d)
                        .normal("values" + block, 1, d, d, d)
                        .normal("mix" + block, 1, d, d, d)
                        .constant("gainDense" + block, 1, d)
                        .constant("shiftDense" + block, 0, d)
                        .normal("up" + block, gain(net), d, d, 2 * d)
                        .constant("upBias" + block, 0, 2 * d)
                        .normal("down" + block, 1, 2 * d, 2 * d, d)
                        .constant("downBias" + block, 0, d);
            }
        }

        @Override
        Expr states(Expr params, Expr x, ImageNetwork net) {
            Expr h = x.reshape(x.shape().extent(0), net.edge(), net.edge())
                    .matmul(params.get("embedding"))
                    .plus(params.get("position"));
            for (int block = 0; block < net.depth(); block++) {
                Expr a = Nn.layerNorm(h, params.get("gain" + block), params.get("shift" + block));
                Expr mixed = Nn.attention(a.matmul(params.get("queries" + block)), a.matmul(params.get("keys" + block)),
                        a.matmul(params.get("values" + block)), HEADS, false);
                h = h.plus(mixed.matmul(params.get("mix" + block)));
                Expr b = Nn.layerNorm(h, params.get("gainDense" + block), params.get("shiftDense" + block));
                Expr up = net.activation().apply(Nn.dense(b, params.get("up" + block), params.get("upBias" + block)));
                h = h.plus(Nn.dense(up, params.get("down" + block), params.get("downBias" + block)));
            }
            return h;
        }

        @Override
        Expr summary(Expr states) {
            return states.mean(1);
        }

        @Override
        int features(ImageNetwork net) {
            return net.width();
        }
    };

    /** Of attention; widths are multiples of it. */
    static final int HEADS = 2;

    private final String label;

    NetworkFamily(String label) {
        this.label = label;
    }

    /** What keeps the size of what passes through a layer: ReLU and its like lose half of its square. */
    private static double gain(ImageNetwork net) {
        return switch (net.activation()) {
            case RELU, GELU, SILU -> Math.sqrt(2);
            default -> 1;
        };
    }

    abstract void declare(Weights weights, ImageNetwork net);

    /** Of images [N, pixels]. */
    abstract Expr states(Expr params, Expr x, ImageNetwork net);

    /** What the readout sees of the states, [N, features]. */
    abstract Expr summary(Expr states);

    abstract int features(ImageNetwork net);

    @Override
    public String toString() {
        return label;
    }
}
