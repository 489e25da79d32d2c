package cotangent.dsl;

/**
 * The fluent operations that {@link Expr} and {@link Tensor} share, under one set of names.
 *
 * @param <V> the kind of value the operations give
 */
public sealed interface Array<V extends Array<V>>
        extends
            Elementwise<V>,
            Reductions<V>,
            Layout<V>,
            Indexing<V>,
            Products<V>
        permits Expr, Tensor {}
