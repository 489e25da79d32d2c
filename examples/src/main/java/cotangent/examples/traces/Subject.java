package cotangent.examples.traces;

import cotangent.linalg.ntk.EmpiricalNtk;

/**
 * A model whose trace is estimated, and what was compiled for it.
 *
 * @param model   the model
 * @param kernel  its kernel; others at the same parameters share what is compiled
 * @param forward its programs of forward passes
 * @param state   rows of the kernel
 * @param trace   of the kernel, exact but for rounding
 */
record Subject(TraceModel model, EmpiricalNtk kernel, ForwardPasses forward, int state, double trace) {
    static Subject of(TraceModel model) {
        EmpiricalNtk kernel = model.kernel();
        return new Subject(model, kernel, new ForwardPasses(model), kernel.rows(), kernel.exactTrace().run().value());
    }

    /** The same with nothing compiled. */
    Subject uncompiled() {
        return new Subject(model, model.kernel(), new ForwardPasses(model), state, trace);
    }

    /** The kernel with nothing computed yet. */
    EmpiricalNtk fresh() {
        return kernel.at(model.params());
    }

    @Override
    public String toString() {
        return "%s: kernel of size %,d over %,d parameters, %s".formatted(model.title(), state, model.parameters(),
                model.inputs().dtype());
    }
}
