package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Executable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tiles of a stationary kernel's matrix; points are centred and scaled once, about the mean of all columns. */
final class StationaryTiles implements TileFactory {
    private final Profile profile;
    private final DType dtype;
    private final List<Points> rows;
    private final List<Points> columns;

    StationaryTiles(Profile profile, List<Tensor> rows, List<Tensor> columns, double[] scales) {
        this.profile = profile;
        this.dtype = rows.getFirst().dtype();
        double[] centre = Points.mean(columns);
        this.columns = columns.stream().map(strip -> Points.of(profile.toString(), strip, centre, scales)).toList();
        this.rows = rows == columns
                ? this.columns
                : rows.stream().map(strip -> Points.of(profile.toString(), strip, centre, scales)).toList();
    }

    /** A tile's distances and values. */
    private record Room(double[] squares, Tensor distances, Tensor values, Executable program) {}

    private Room room(int h, int w) {
        Shape shape = Shape.of(h, w);
        double[] squares = new double[shape.size()];
        Tensor distances = Tensor.wrap(shape, squares);
        Tensor values = Inputs.wrap(shape, dtype == DType.F64 ? new double[shape.size()] : new float[shape.size()]);
        return new Room(squares, distances, values, profile.program(distances, dtype));
    }

    @Override
    public Tiler tiler() {
        Map<Shape, Room> rooms = new HashMap<>();
        return (i, j) -> {
            Points row = rows.get(i);
            Points column = columns.get(j);
            Room room = rooms.computeIfAbsent(Shape.of(row.n(), column.n()), shape -> room(row.n(), column.n()));
            new SquaredDistances(row, column, room.squares);
            room.program.runInto(List.of(room.distances), List.of(room.values));
            return room.values;
        };
    }
}
