package cotangent.tornado.kernel;

import cotangent.dsl.DType;

/**
 * What a kernel reads or writes: an array, of which several operands may be parts.
 *
 * @param parameter position among the kernel's arrays
 * @param dtype     element type
 */
public record Operand(int parameter, DType dtype) {}
