///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25
//REPOS mavencentral,mavenlocal
//DEPS cotangent:cotangent-examples:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector

import cotangent.dsl.*;
import cotangent.dsl.train.*;
import cotangent.examples.data.*;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.Sampling;

/// Trains a small network on digits and watches its tangent kernel turn towards the labels.
///
/// After `mvn install` in the project's folder, `jbang KernelInTraining.java [WIDTH] [STEPS]`; without JBang,
/// `java --add-modules jdk.incubator.vector -cp '.cotangent/jars/*' examples/jbang/KernelInTraining.java`.
void main(String... arguments) {
    int width = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
    int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;

    DataSet digits = EmbeddedMnist.pooled(200, DType.F64);
    Tensor targets = digits.labels().oneHot(10, DType.F64);
    Mlp net = Nn.mlp(49, width, 10).activation(Activation.GELU);
    Fn loss = Fn.of("loss", (p, x, y) -> Nn.crossEntropy(net.apply(p, x), y));

    Trainer trainer = Trainer.of(TrainingStep.of(loss, Adam.rate(0.01)), Minibatches.of(50, digits.inputs(), targets));
    Params start = net.init(Key.of(0));
    TrainingState state = trainer.start(start);
    EmpiricalNtk first = EmpiricalNtk.of(net.fn(), start, digits.inputs());

    IO.println("  step   loss  alignment with the first kernel  with the labels  effective rank");
    for (int look = 0; look <= 5; look++) {
        double reached = look == 0 ? Math.log(10) : trainer.run(state, Math.max(1, steps / 5));
        EmpiricalNtk now = first.at(state.params());
        Estimate rank = now.effectiveRank(Sampling.matvecs(80));
        IO.println("%6d  %5.2f  %31.3f  %15.3f  %6.2f ± %.2f".formatted(state.step(), reached, now.alignment(first).value(),
                now.labelAlignment(targets).value(), rank.value(), rank.interval(0.95).halfWidth()));
    }
}
