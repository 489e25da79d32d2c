package cotangent.linalg.tangent;

import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A rectangle of a kernel: rows top, ..., bottom - 1 and columns left, ..., right - 1. */
record Tile(int top, int bottom, int left, int right) {
    int height() {
        return bottom - top;
    }

    int width() {
        return right - left;
    }

    /** Runs a task for every tile of a matrix of a size, or of the lower triangle of a square, on all threads. */
    static void forAll(int rows, int columns, boolean lower, int size, Consumer<Tile> task) {
        List<Tile> tiles = new ArrayList<>();
        for (int top = 0; top < rows; top += size) {
            int bottom = Math.min(rows, top + size);
            for (int left = 0; left < (lower ? bottom : columns); left += size) {
                tiles.add(new Tile(top, bottom, left, Math.min(columns, left + size)));
            }
        }
        // The largest first, so that threads end together.
        tiles.sort(java.util.Comparator.comparingInt((Tile tile) -> -tile.height() * tile.width()));
        Workers.run(tiles.size(), chunk -> task.accept(tiles.get(chunk)));
    }
}
