package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.kernel.Storage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tiles of a stationary kernel's matrix; points are centred and scaled once, about the mean of all columns. */
final class StationaryTiles implements TileFactory {
    private final Profile profile;
    private final DType dtype;
    private final List<Points> rows;
    private final List<Points> columns;
    private final int lengthscales;

    StationaryTiles(Profile profile, List<Tensor> rows, List<Tensor> columns, double[] scales) {
        this.profile = profile;
        this.lengthscales = scales.length;
        this.dtype = rows.getFirst().dtype();
        double[] centre = Points.mean(columns);
        this.columns = columns.stream().map(strip -> Points.of(profile.toString(), strip, centre, scales)).toList();
        this.rows = rows == columns
                ? this.columns
                : rows.stream().map(strip -> Points.of(profile.toString(), strip, centre, scales)).toList();
    }

    @Override
    public Tiler tiler() {
        return new StationaryTiler();
    }

    /** A tile's distances and values, and slopes where they are asked for. */
    private final class Room {
        final double[] squares;
        final Tensor distances;
        final Tensor values;
        final Executable program;
        private @Nullable Tensor slopes;

        Room(Shape shape) {
            this.squares = new double[shape.size()];
            this.distances = Tensor.wrap(shape, squares);
            this.values = Inputs.wrap(shape, dtype == DType.F64 ? new double[shape.size()] : new float[shape.size()]);
            this.program = profile.program(distances, dtype);
        }

        Tensor slopes() {
            if (slopes == null) {
                slopes = Tensor.wrap(distances.shape(), new double[squares.length]);
            }
            return slopes;
        }
    }

    /** Tiles in rooms by their shapes; the distances of the last one are still there for its derivatives. */
    private final class StationaryTiler implements Tiler {
        private final Map<Shape, Room> rooms = new HashMap<>();
        private @Nullable SquaredDistances last;
        private int lastRow = -1;
        private int lastColumn = -1;

        private Room room(int i, int j) {
            return rooms.computeIfAbsent(Shape.of(rows.get(i).n(), columns.get(j).n()), Room::new);
        }

        private SquaredDistances distances(int i, int j, Room room) {
            SquaredDistances known = last;
            if (known != null && i == lastRow && j == lastColumn) {
                return known;
            }
            known = new SquaredDistances(rows.get(i), columns.get(j), room.squares);
            last = known;
            lastRow = i;
            lastColumn = j;
            return known;
        }

        @Override
        public Tensor tile(int i, int j) {
            Room room = room(i, j);
            distances(i, j, room);
            room.program.runInto(List.of(room.distances), List.of(room.values));
            return room.values;
        }

        @Override
        public double[] vjp(int i, int j, Tensor weights) {
            Room room = room(i, j);
            SquaredDistances distances = distances(i, j, room);
            Tensor wide = weights.dtype() == DType.F64 ? weights : weights.cast(DType.F64);
            profile.slopeProgram(room.distances).runInto(List.of(room.distances, wide), List.of(room.slopes()));
            return StationaryKernel.byLengthscale(distances, Storage.doubles(room.slopes()), lengthscales);
        }
    }
}
