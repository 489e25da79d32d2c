package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.autodiff.SampleAxes.Place;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * The cotangents that seed the same outputs of every sample.
 *
 * @param unit       a vector over the outputs of one sample: those of the first leaf in row-major order, and so on
 * @param cotangents one per output leaf: the vector's part, the same for all samples
 * @param rows       [samples, outputs of a sample]: where each lies among all outputs, flattened leaf by leaf
 */
record SampleSeeds(Expr unit, List<Expr> cotangents, int[] rows) {
    static SampleSeeds of(List<Expr> outputs, List<Place> places, int samples) {
        int units = outputs.stream().mapToInt(output -> output.type().size()).sum() / samples;
        DType dtype = outputs.getFirst().dtype();
        Expr unit = Expr.input(TensorType.of(dtype, units));
        int[] rows = new int[samples * units];
        List<Expr> cotangents = new ArrayList<>();
        int from = 0;
        for (int leaf = 0; leaf < outputs.size(); leaf++) {
            Shape shape = outputs.get(leaf).shape();
            Split split = Split.of(shape, places.get(leaf), samples);
            int own = shape.size() / samples;
            split.rows(samples, units, from, from * samples, rows);
            Expr part = outputs.size() == 1 ? unit : unit.slice(0, from, from + own);
            cotangents.add(split.seed(part, shape));
            from += own;
        }
        return new SampleSeeds(unit, List.copyOf(cotangents), rows);
    }

    /** A leaf's axes with that of the samples alone: [before, samples, after], all before and all after as they are. */
    private record Split(Shape wide, int axis) {
        static Split of(Shape shape, Place place, int samples) {
            int outer = shape.extent(place.axis()) / samples / place.inner();
            Shape wide = shape;
            int axis = place.axis();
            if (place.inner() > 1) {
                wide = wide.with(axis, place.inner()).insert(axis, samples);
            } else {
                wide = wide.with(axis, samples);
            }
            return outer == 1 ? new Split(wide, axis) : new Split(wide.insert(axis, outer), axis + 1);
        }

        Expr seed(Expr unit, Shape shape) {
            Axes others = Axes.of(axis).complement(wide.rank());
            Expr narrow = unit.reshape(wide.select(others));
            Expr spread = narrow.operation(new Op.Broadcast(wide, others));
            return wide.equals(shape) ? spread : spread.reshape(shape);
        }

        /** Writes where the leaf's outputs lie, the leaf beginning at {@code start} among all outputs. */
        void rows(int samples, int units, int firstUnit, int start, int[] rows) {
            int after = wide.select(Axes.range(axis + 1, wide.rank())).size();
            int own = wide.size() / samples;
            for (int sample = 0; sample < samples; sample++) {
                for (int unit = 0; unit < own; unit++) {
                    rows[sample * units + firstUnit + unit] = start + (unit / after * samples + sample) * after + unit
                            % after;
                }
            }
        }
    }
}
