/**
 * How a model learns: training dynamics under a fixed kernel, Taylor models, and the curvature of losses.
 *
 * <pre>{@code
 * GradientFlow flow = GradientFlow.of(EmpiricalNtk.of(net, params, x), y);
 * flow.at(1, 10, 100);                     // outputs on the training points
 * flow.on(crossKernel, before).at(100);    // and elsewhere
 * flow.loss(10);
 * flow.timeToLoss(1e-3);                   // reached, never, or undecided
 * flow.modes(10);                          // what is learned first
 * flow.limit();                            // and what never
 * GradientDescent.of(kernel, before, y).learningRate(0.1).momentum(0.9).after(1000);
 *
 * Fn linear = Taylor.linearized(net, params);
 * Curvature.hessian(loss, params, x, y).extremes(6);
 * }</pre>
 */
@NullMarked
package cotangent.linalg.dynamics;

import org.jspecify.annotations.NullMarked;
