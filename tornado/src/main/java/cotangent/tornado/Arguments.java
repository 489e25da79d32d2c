package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.tornado.device.Place;
import cotangent.tornado.kernel.Operand;
import java.util.ArrayList;
import java.util.List;

/** The arrays of a launch, each once, whatever number of operands lie in it. */
final class Arguments {
    private final List<Integer> arrays = new ArrayList<>();
    private final List<DType> dtypes = new ArrayList<>();

    Operand operand(Place place, DType dtype) {
        int parameter = arrays.indexOf(place.buffer());
        if (parameter < 0) {
            parameter = arrays.size();
            arrays.add(place.buffer());
            dtypes.add(dtype);
        }
        return new Operand(parameter, dtype);
    }

    List<Integer> arrays() {
        return List.copyOf(arrays);
    }

    List<DType> dtypes() {
        return List.copyOf(dtypes);
    }
}
