package cotangent.linalg.tangent;

/**
 * What a way to a kernel takes.
 *
 * @param flops  floating-point operations, nearly all in matrix products
 * @param bytes  held at a time, the kernel included
 * @param passes reverse or forward passes through the model, each for all samples or for one output
 */
public record KernelCost(double flops, double bytes, int passes) {}
