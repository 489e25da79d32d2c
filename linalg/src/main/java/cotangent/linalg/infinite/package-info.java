/**
 * Fully connected networks of infinite width: the covariance of their outputs at initialisation (NNGP) and their neural tangent
 * kernel, as kernel functions.
 *
 * <p>{@link cotangent.linalg.infinite.InfiniteNetwork} is the way in; {@link cotangent.linalg.infinite.Layer} is what a network is
 * written with.
 */
package cotangent.linalg.infinite;
