package cotangent.examples.model;

import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import java.util.List;
import java.util.Map;

/** One layer of a model, with its parameters' names, which begin with the layer's own. */
interface Layer {
    /** What it is called in error messages, such as {@code 4: Linear(128, 10)}. */
    String label();

    /** Its parameters, in PyTorch's order. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * What it makes of what comes.
     *
     * @param params all parameters of the model by name
     */
    Signal apply(Map<String, Expr> params, Signal signal);

    /** Refuses what does not fit, in the layer's name. */
    default InvalidDataException refused(String expected, Expr came) {
        return new InvalidDataException("%s: expected %s, got %s; check the layers before it, or the inputs".formatted(
                label(), expected, came.shape()));
    }
}
