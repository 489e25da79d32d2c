package cotangent.linalg.infinite;

import cotangent.dsl.Tensor;

/**
 * Both kernels of a network of infinite width at all pairs of two sets of inputs, in the inputs' dtype.
 *
 * @param nngp          the covariance of one output unit at initialisation, [n1, n2]
 * @param ntk           the neural tangent kernel of one output unit, [n1, n2]; kernels of different units are zero
 * @param seriesError   an estimate of the largest relative error of a derivative's moment E[φ'(u)²], over samples and layers, from
 *                      cutting the Hermite series of activations that have no closed form; that of E[φ(u)²] is far smaller. 0 where
 *                      every activation has a closed form
 */
public record InfiniteKernels(Tensor nngp, Tensor ntk, double seriesError) {}
