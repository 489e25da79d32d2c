/** Kernel functions and the machines that run on them: ridge regression, Gaussian processes, support vectors. */
package cotangent.linalg.kernel;
