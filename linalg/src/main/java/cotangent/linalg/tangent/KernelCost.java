package cotangent.linalg.tangent;

import cotangent.dsl.ir.Cost;

/**
 * What a way to a kernel takes, known before it is gone.
 *
 * @param work  products and passes over arrays
 * @param bytes held at a time, the kernel included
 */
public record KernelCost(Cost work, double bytes) {}
