package cotangent.examples.theory;

import cotangent.dsl.Activation;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.train.OutputScaling;

/**
 * How a network's weights enter it, and so how fast gradient descent moves what, at widths n and up to a fixed time in units of
 * the kernel's largest eigenvalue.
 *
 * <p>The exponents follow from one step: with a the output weights, h the last hidden layer's units, φ their activation, in the
 * NTK parameterisation Δa and the gradient through a are of order n^(−1/2) per unit, so Δh is. The kernel is a mean over units;
 * its change of first order, n^(−1/2) per unit, is odd in a. With random signs of a it averages out to n^(−1), as large as the
 * change of second order (J. Huang and H.-T. Yau, Dynamics of deep neural networks and neural tangent hierarchy, ICML 2020; E.
 * Dyer and G. Gur-Ari, Asymptotics of wide networks from Feynman diagrams, ICLR 2020); with output weights of one sign it does
 * not. The bound n^(−1/2) of J. Lee et al., NeurIPS 2019, theorem 2.1, covers both.
 */
enum Scaling {
    /** As A. Jacot, F. Gabriel and C. Hongler have it: every layer divided by the root of its number of inputs. */
    NTK("NTK"),
    /** The same with positive output weights: the kernel's first-order change does not average out. */
    ONE_SIGN("NTK, output weights of one sign"),
    /** Weights of variance 1/inputs and nothing before them; the stable learning rate falls like 1/n. */
    STANDARD("standard"),
    /** {@link #NTK} with an output smaller by √n and a loss larger by n: features move however wide it is. */
    MEAN_FIELD("mean-field");

    private final String label;

    Scaling(String label) {
        this.label = label;
    }

    /** Exponents of the relative change of parameters, features and kernel with one hidden layer or two. */
    double[] exponents(int hiddenLayers) {
        boolean shallow = hiddenLayers == 1;
        return switch (this) {
            case NTK -> new double[]{shallow ? -0.5 : -1, -0.5, -1};
            case ONE_SIGN -> new double[]{shallow ? -0.5 : -1, -0.5, -0.5};
            case STANDARD -> shallow ? new double[]{-1, -1.5, -2} : new double[]{-1, -0.5, -1};
            case MEAN_FIELD -> new double[]{shallow ? 0 : -0.5, 0, 0};
        };
    }

    /** A perceptron in this parameterisation, from the features to the outputs. */
    Mlp mlp(Activation activation, int... widths) {
        Mlp mlp = Nn.mlp(widths).activation(activation);
        return this == STANDARD ? mlp.initializer("lecun-normal") : mlp.ntk(1, 0.1);
    }

    /** Random parameters. */
    Params init(Mlp mlp, Key key) {
        Params params = mlp.init(key);
        String last = "W" + mlp.layers();
        return this == ONE_SIGN ? params.with(last, params.get(last).abs()) : params;
    }

    /** The scale of the output. */
    OutputScaling output(int width) {
        return this == MEAN_FIELD ? OutputScaling.meanField(width) : OutputScaling.of(1);
    }

    @Override
    public String toString() {
        return label;
    }
}
