package cotangent.dsl;

import cotangent.dsl.backend.Backends;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs one primitive at once, as a graph of one node; the most recent such graphs stay compiled. */
final class Eager {
    private static final int KEPT = 512;

    private record Signature(Op op, List<TensorType> types) {}

    private static final Map<Signature, Executable> COMPILED = Collections.synchronizedMap(
            new LinkedHashMap<Signature, Executable>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Signature, Executable> eldest) {
                    return size() > KEPT;
                }
            });

    private Eager() {}

    static Tensor run(Op op, List<Tensor> inputs) {
        Signature signature = new Signature(op, inputs.stream().map(Tensor::type).toList());
        Executable executable = COMPILED.get(signature);
        if (executable == null) {
            executable = compile(signature);
            COMPILED.put(signature, executable);
        }
        return executable.run(inputs).getFirst();
    }

    private static Executable compile(Signature signature) {
        List<Expr> inputs = signature.types().stream().map(Expr::input).toList();
        return Backends.byDefault().compile(Graph.of(inputs, List.of(Node.of(signature.op(), inputs).output(0))));
    }
}
