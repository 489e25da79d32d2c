package cotangent.tornado;

import cotangent.tornado.device.Place;
import java.util.stream.IntStream;

/** Collects the integers of a launch in the order in which its kernel takes them. */
final class Geometry {
    private final IntStream.Builder integers = IntStream.builder();

    Geometry add(int... values) {
        for (int value : values) {
            integers.add(value);
        }
        return this;
    }

    Geometry add(LoopAxes axes) {
        axes.extents().forEach(integers::add);
        return this;
    }

    /** Where an operand begins and how that moves. */
    Geometry add(Place place) {
        return add(place.start()).add(place.steps());
    }

    int[] toArray() {
        return integers.build().toArray();
    }
}
