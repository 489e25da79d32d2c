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
 * A loop over time: the body's stages run once a step on a frame of their own.
 *
 * <p>A step reads its entries of the sequences where they lie, and writes what it stacks to its place; its slots move on
 * from entry to entry. A carry that is also stacked is read there by the next step. Any other carry that a step makes
 * takes turns between two arrays; one that a step only passes on is copied, since its place may be written to next.
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
    private final Passing[] passing;
    private final AtomicReference<@Nullable State> spare = new AtomicReference<>();

    /** How a result of a step leaves it. */
    private enum Passing {
        /** Made where the stacked entry belongs. */
        STACKED,
        /** A carry made in the array that the step before last made it in. */
        ALTERNATES,
        /** A carry that is stacked too: read where it is. */
        SHARED,
        /** Copied from where it is. */
        COPIED
    }

    /** What a run works on: the body's frame, and for each carry two arrays that its values alternate between. */
    private record State(Frame frame, Object[][] own) {}

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
        this.passing = new Passing[results.length];
        for (int i = 0; i < results.length; i++) {
            passing[i] = passing(i);
        }
    }

    private Passing passing(int result) {
        Buffer buffer = results[result].buffer();
        if (buffer.kind() != Buffer.Kind.OUTPUT) {
            return Passing.COPIED;
        }
        if (result >= carries) {
            return among(carries, result, buffer) ? Passing.COPIED : Passing.STACKED;
        }
        if (among(carries, results.length, buffer)) {
            return Passing.SHARED;
        }
        return among(0, result, buffer) ? Passing.COPIED : Passing.ALTERNATES;
    }

    private static int[] sizes(List<TensorType> types) {
        return types.stream().mapToInt(TensorType::size).toArray();
    }

    /** Whether one of the results in a range of positions is in a buffer. */
    private boolean among(int from, int to, Buffer buffer) {
        return Arrays.stream(results, from, to).anyMatch(result -> result.buffer() == buffer);
    }

    private State allocate() {
        Frame frame = new Frame(body);
        Object[][] own = new Object[carries][2];
        for (int i = 0; i < carries; i++) {
            own[i][0] = Frame.allocate(inputs[i].dtype(), taken[i]);
            own[i][1] = Frame.allocate(inputs[i].dtype(), taken[i]);
        }
        return new State(frame, own);
    }

    @Override
    public void run(Frame frame) {
        State kept = spare.getAndSet(null);
        State state = kept == null ? allocate() : kept;
        Frame inner = state.frame();
        for (int i = 0; i < inputs.length; i++) {
            inner.put(i, array(frame, inputs[i]), frame.start(inputs[i]));
        }
        for (int step = 0; step < length; step++) {
            step(frame, state, step);
        }
        for (int i = 0; i < carries; i++) {
            System.arraycopy(inner.arrays()[i], inner.shifts()[i], array(frame, outputs[i]), frame.start(outputs[i]),
                    given[i]);
        }
        // Nothing of the caller's is kept.
        for (int i = 0; i < inputs.length; i++) {
            inner.drop(i);
        }
        for (int i = carries; i < results.length; i++) {
            if (passing[i] == Passing.STACKED) {
                inner.drop(slot(i));
            }
        }
        spare.set(state);
    }

    private static Object array(Frame frame, View view) {
        return frame.arrays()[view.buffer().slot()];
    }

    private int slot(int result) {
        return results[result].buffer().slot();
    }

    private void step(Frame outer, State state, int step) {
        int time = reverse ? length - 1 - step : step;
        Frame inner = state.frame();
        for (int i = carries; i < carries + sequences; i++) {
            inner.shifts()[i] = outer.start(inputs[i]) + time * taken[i];
        }
        for (int i = 0; i < results.length; i++) {
            if (passing[i] == Passing.STACKED) {
                inner.put(slot(i), array(outer, outputs[i]), outer.start(outputs[i]) + time * given[i]);
            } else if (passing[i] == Passing.ALTERNATES) {
                inner.put(slot(i), state.own()[i][step & 1], 0);
            }
        }
        for (Stage stage : stages) {
            stage.run(inner);
        }
        for (int i = carries; i < results.length; i++) {
            if (passing[i] == Passing.COPIED) {
                System.arraycopy(inner.arrays()[slot(i)], inner.shifts()[slot(i)], array(outer, outputs[i]), outer
                        .start(outputs[i]) + time * given[i], given[i]);
            }
        }
        advance(inner, state.own(), step);
    }

    /** First every value that is passed on is saved, then all carries move at once. */
    private void advance(Frame inner, Object[][] own, int step) {
        for (int i = 0; i < carries; i++) {
            if (passing[i] == Passing.COPIED) {
                System.arraycopy(inner.arrays()[slot(i)], inner.shifts()[slot(i)], own[i][step & 1], 0, given[i]);
            }
        }
        for (int i = 0; i < carries; i++) {
            if (passing[i] == Passing.COPIED) {
                inner.put(i, own[i][step & 1], 0);
            } else {
                inner.put(i, inner.arrays()[slot(i)], inner.shifts()[slot(i)]);
            }
        }
    }
}
