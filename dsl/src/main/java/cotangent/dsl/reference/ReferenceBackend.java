package cotangent.dsl.reference;

import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;

/**
 * Runs a graph node by node with scalar loops: slow, and obviously right.
 *
 * <p>Floating-point values are float64 inside, whatever their dtype. An F32 value is rounded to float32 only where its
 * dtype can be seen: where it leaves as an output, is cast, is compared, or is searched for its largest element. So a
 * result in F32 is the float32 number nearest to what float64 gives, and an intermediate value beyond the range of
 * float32 need not become infinite. Integers wrap around as in Java.
 */
public final class ReferenceBackend implements Backend {
    private final ElementaryFunctions functions;

    /** The working backend: of the functions in this JVM's reach, the fastest that keep a stated accuracy. */
    public ReferenceBackend() {
        this(false);
    }

    /**
     * The working backend or, if {@code strict}, the oracle: elementary functions from {@link StrictMath}, the same on
     * every machine.
     */
    public ReferenceBackend(boolean strict) {
        this.functions = strict ? new StrictFunctions() : new WorkingFunctions();
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Executable compile(Graph graph) {
        return new Interpreter(graph, Program.of(graph, functions));
    }
}
