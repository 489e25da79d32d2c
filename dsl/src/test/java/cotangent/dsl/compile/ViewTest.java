package cotangent.dsl.compile;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import org.junit.jupiter.api.Test;

final class ViewTest {
    private static int start(Shape shape) {
        View whole = View.dense(Buffer.input(DType.F64, shape.size()), shape);
        return whole.reverse(Axes.of(1)).start();
    }

    /** An empty view's last row would lie behind the end of an array without elements: found by fuzzing, in a scan. */
    @Test
    void whatHasNoElementsLiesAtTheBeginning() {
        assertThat(start(Shape.of(3, 2, 7))).isEqualTo(7);
        assertThat(start(Shape.of(0, 2, 7))).isZero();
    }
}
