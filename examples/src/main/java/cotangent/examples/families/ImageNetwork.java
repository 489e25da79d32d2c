package cotangent.examples.families;

import cotangent.dsl.Activation;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;

/**
 * A classifier of square images.
 *
 * @param family     its kind
 * @param edge       of the images in pixels
 * @param width      units of its layers
 * @param depth      layers, the readout not counted
 * @param activation of its layers; a GRU has its own
 * @param scale      of all weights at the beginning; 1 keeps the size of what passes through
 */
public record ImageNetwork(NetworkFamily family, int edge, int width, int depth, Activation activation, double scale) {
    private static final int CLASSES = 10;

    /** Checks the sizes. */
    public ImageNetwork {
        if (width < NetworkFamily.HEADS || width % NetworkFamily.HEADS != 0 || depth < 1) {
            throw new InvalidDataException("network: expected an even width and at least one layer, got width %d and %d"
                    .formatted(width, depth));
        }
        if (family == NetworkFamily.CONVOLUTION && edge >> (depth - 1) < 1) {
            throw new InvalidDataException("network: images of %d pixels cannot be halved %d times".formatted(edge,
                    depth - 1));
        }
    }

    /** Fresh parameters. */
    public Params init(Key key) {
        Weights weights = new Weights();
        family.declare(weights, this);
        int features = family.features(this);
        return weights.normal("readout", 1, features, features, CLASSES)
                .constant("readoutBias", 0, CLASSES)
                .draw(key,
                        scale);
    }

    /** (parameters, images [N, pixels]) to outputs [N, 10]. */
    public Fn outputs() {
        return Fn.of(family.toString(), this::outputs);
    }

    /** The same inside a function that is being traced. */
    public Expr outputs(Expr params, Expr x) {
        Expr seen = family.summary(family.states(params, x, this));
        return Nn.dense(seen, params.get("readout"), params.get("readoutBias"));
    }

    /** (parameters, images [N, pixels]) to the family's states, [N, ...]. */
    public Fn states() {
        return Fn.of(family + " states", (params, x) -> family.states(params, x, this));
    }

    /** Such as {@code MLP 64x2 relu, scale 1.5}. */
    @Override
    public String toString() {
        return "%s %dx%d%s, scale %s".formatted(family, width, depth,
                family == NetworkFamily.GRU ? "" : " " + activation,
                scale);
    }
}
