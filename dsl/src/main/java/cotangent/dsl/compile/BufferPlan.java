package cotangent.dsl.compile;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Places every buffer: inputs, constants and results in arrays of their own, everything else in one reused array per
 * dtype, where a buffer's place is free again after the last step that reads it (best fit, lowest address first).
 */
final class BufferPlan {
    /** Places are multiples of this many elements: a cache line of float32. */
    private static final int ALIGNMENT = 16;
    private static final int LARGEST = Integer.MAX_VALUE - 64;

    /** The free places of one growing array. */
    private static final class Space {
        private final TreeMap<Integer, Integer> free = new TreeMap<>();
        private int end;
        private int slot;

        /** A place for {@code size} elements, or -1 if the array would grow too large. */
        int take(int size) {
            Map.Entry<Integer, Integer> best = null;
            for (Map.Entry<Integer, Integer> piece : free.entrySet()) {
                if (piece.getValue() >= size && (best == null || piece.getValue() < best.getValue())) {
                    best = piece;
                }
            }
            if (best == null) {
                if ((long) end + size > LARGEST) {
                    return -1;
                }
                int place = end;
                end += size;
                return place;
            }
            int place = best.getKey();
            int length = best.getValue();
            free.remove(place);
            if (length > size) {
                free.put(place + size, length - size);
            }
            return place;
        }

        void release(int place, int size) {
            int from = place;
            int length = size;
            Map.Entry<Integer, Integer> before = free.lowerEntry(place);
            if (before != null && before.getKey() + before.getValue() == place) {
                from = before.getKey();
                length += before.getValue();
                free.remove(from);
            }
            Integer after = free.remove(place + size);
            free.put(from, after == null ? length : length + after);
        }
    }

    private record Place(Space space, int at) {}

    private final EnumMap<DType, List<Space>> spaces = new EnumMap<>(DType.class);
    private final Map<Buffer, Place> places = new IdentityHashMap<>();

    private BufferPlan() {}

    /** Slots for the given buffers and a place for every workspace buffer of the steps. */
    static Plan place(List<TensorType> inputTypes, List<Buffer> inputs, List<Buffer> constants,
            List<Step> steps, List<View> results) {
        List<Buffer> fresh = new ArrayList<>();
        results.stream()
                .map(View::buffer)
                .filter(buffer -> buffer.kind() == Buffer.Kind.OUTPUT)
                .distinct()
                .forEach(
                        fresh::add);
        int slot = 0;
        for (List<Buffer> group : List.of(inputs, constants, fresh)) {
            for (Buffer buffer : group) {
                buffer.place(slot++, 0);
            }
        }
        BufferPlan plan = new BufferPlan();
        plan.allocate(steps);
        List<Plan.Arena> arenas = new ArrayList<>();
        for (Map.Entry<DType, List<Space>> entry : plan.spaces.entrySet()) {
            for (Space space : entry.getValue()) {
                space.slot = slot++;
                arenas.add(new Plan.Arena(entry.getKey(), space.end, space.slot));
            }
        }
        plan.places.forEach((buffer, place) -> buffer.place(place.space().slot, place.at()));
        return new Plan(inputTypes, inputs, constants, steps, results, fresh, arenas, slot);
    }

    private void allocate(List<Step> steps) {
        Map<Buffer, Integer> lastUse = new IdentityHashMap<>();
        List<List<Buffer>> dying = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            int now = i;
            dying.add(new ArrayList<>());
            Stream.concat(steps.get(i).reads(), steps.get(i).writes())
                    .map(View::buffer)
                    .filter(
                            BufferPlan::isWorkspace)
                    .forEach(buffer -> lastUse.put(buffer, now));
        }
        lastUse.forEach((buffer, last) -> dying.get(last).add(buffer));
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Loop loop) {
                overwrite(loop, dying.get(i));
            }
            // Reads too: a buffer of no elements is read without ever having been written.
            Stream.concat(steps.get(i).reads(), steps.get(i).writes())
                    .map(View::buffer)
                    .filter(buffer -> isWorkspace(
                            buffer) && !places.containsKey(buffer))
                    .forEach(this::take);
            List<Buffer> freed = dying.get(i);
            freed.sort(Comparator.comparingInt(buffer -> placeOf(buffer).at()));
            freed.forEach(buffer -> placeOf(buffer).space().release(placeOf(buffer).at(), rounded(buffer)));
        }
    }

    /**
     * Lets what a loop stores take the place of what it reads for the last time, element for element: the lines are in the
     * cache already, and the workspace stays smaller.
     */
    private void overwrite(Step.Loop loop, List<Buffer> freed) {
        for (int i = 0; i < loop.outputs().size(); i++) {
            Buffer output = loop.outputs().get(i).buffer();
            boolean stored = loop.region().roots().get(i).reduction() == null;
            if (stored && isWorkspace(output) && !places.containsKey(output)) {
                freed.stream().filter(input -> mayBeOverwritten(loop, input, output)).findFirst().ifPresent(input -> {
                    places.put(output, placeOf(input));
                    freed.remove(input);
                });
            }
        }
    }

    private static boolean mayBeOverwritten(Step.Loop loop, Buffer input, Buffer output) {
        return input.dtype() == output.dtype() && input.size() == output.size() && loop.reads()
                .filter(view -> view.buffer() == input)
                .allMatch(View::isWhole) && loop.writes().noneMatch(view -> view.buffer() == input);
    }

    private Place placeOf(Buffer buffer) {
        return Objects.requireNonNull(places.get(buffer));
    }

    private void take(Buffer buffer) {
        List<Space> candidates = spaces.computeIfAbsent(buffer.dtype(), key -> new ArrayList<>());
        for (int index = 0;; index++) {
            if (index == candidates.size()) {
                candidates.add(new Space());
            }
            int place = candidates.get(index).take(rounded(buffer));
            if (place >= 0) {
                places.put(buffer, new Place(candidates.get(index), place));
                return;
            }
        }
    }

    private static boolean isWorkspace(Buffer buffer) {
        return buffer.kind() == Buffer.Kind.WORKSPACE;
    }

    private static int rounded(Buffer buffer) {
        return (int) Math.min(LARGEST, ((long) buffer.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }
}
