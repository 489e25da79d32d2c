package cotangent.dsl.simd;

import cotangent.dsl.TensorType;
import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A loop over time: the body's stages run once a step on a frame of their own. Entries of sequences are copied in, what is
 * stacked is copied out; a carry changes places with the array that its next value was written to.
 */
final class ScanStage implements Stage {
    private final int carries;
    private final int sequences;
    private final int length;
    private final boolean reverse;
    private final Plan body;
    private final Stage[] stages;
    private final View[] inputs;
    private final View[] outputs;
    private final View[] results;
    private final int[] taken;
    private final int[] given;
    /** Whether a carry's next value has an array to itself. */
    private final boolean[] trades;
    private final AtomicReference<@Nullable State> spare = new AtomicReference<>();

    /** What a run works on: the body's frame, and a place for next values that do not have one. */
    private record State(Frame frame, Object[] next) {}

    ScanStage(Step.Scan step, int bits, Form form) {
        this.carries = step.loop().carries();
        this.sequences = step.loop().sequences();
        this.length = step.loop().length();
        this.reverse = step.loop().reverse();
        this.body = step.body();
        this.stages = body.steps().stream().map(inner -> SimdExecutable.stage(inner, bits, form)).toArray(Stage[]::new);
        this.inputs = step.inputs().toArray(View[]::new);
        this.outputs = step.outputs().toArray(View[]::new);
        this.results = body.results().toArray(View[]::new);
        this.taken = sizes(step.loop().body().inputTypes());
        this.given = sizes(step.loop().body().outputTypes());
        this.trades = new boolean[carries];
        for (int i = 0; i < carries; i++) {
            Buffer buffer = results[i].buffer();
            trades[i] = buffer.kind() == Buffer.Kind.OUTPUT && Arrays.stream(results, 0, carries)
                    .filter(result -> result
                            .buffer() == buffer)
                    .count() == 1;
        }
    }

    private static int[] sizes(List<TensorType> types) {
        return types.stream().mapToInt(TensorType::size).toArray();
    }

    private State allocate() {
        Frame frame = new Frame(body);
        for (int i = 0; i < inputs.length; i++) {
            frame.arrays()[i] = Frame.allocate(inputs[i].dtype(), taken[i]);
        }
        for (Buffer buffer : body.fresh()) {
            frame.arrays()[buffer.slot()] = Frame.allocate(buffer.dtype(), buffer.size());
        }
        Object[] next = new Object[carries];
        for (int i = 0; i < carries; i++) {
            next[i] = Frame.allocate(inputs[i].dtype(), trades[i] ? 0 : taken[i]);
        }
        return new State(frame, next);
    }

    @Override
    public void run(Frame frame) {
        State kept = spare.getAndSet(null);
        State state = kept == null ? allocate() : kept;
        Object[] outer = frame.arrays();
        Object[] inner = state.frame().arrays();
        for (int i = 0; i < inputs.length; i++) {
            if (i < carries || i >= carries + sequences) {
                System.arraycopy(outer[inputs[i].buffer().slot()], inputs[i].start(), inner[i], 0, taken[i]);
            }
        }
        for (int step = 0; step < length; step++) {
            step(outer, state, reverse ? length - 1 - step : step);
        }
        for (int i = 0; i < carries; i++) {
            System.arraycopy(inner[i], 0, outer[outputs[i].buffer().slot()], outputs[i].start(), given[i]);
        }
        spare.set(state);
    }

    private void step(Object[] outer, State state, int time) {
        Object[] inner = state.frame().arrays();
        for (int i = carries; i < carries + sequences; i++) {
            System.arraycopy(outer[inputs[i].buffer().slot()], inputs[i].start() + time * taken[i], inner[i], 0,
                    taken[i]);
        }
        for (Stage stage : stages) {
            stage.run(state.frame());
        }
        for (int i = carries; i < outputs.length; i++) {
            System.arraycopy(inner[results[i].buffer().slot()], 0, outer[outputs[i].buffer().slot()], outputs[i]
                    .start() + time * given[i], given[i]);
        }
        advance(inner, state.next());
    }

    /** First every value that is still to be read is saved, then all carries move at once. */
    private void advance(Object[] inner, Object[] next) {
        for (int i = 0; i < carries; i++) {
            if (!trades[i]) {
                System.arraycopy(inner[results[i].buffer().slot()], 0, next[i], 0, given[i]);
            }
        }
        for (int i = 0; i < carries; i++) {
            Object before = inner[i];
            if (trades[i]) {
                int slot = results[i].buffer().slot();
                inner[i] = inner[slot];
                inner[slot] = before;
            } else {
                inner[i] = next[i];
                next[i] = before;
            }
        }
    }
}
