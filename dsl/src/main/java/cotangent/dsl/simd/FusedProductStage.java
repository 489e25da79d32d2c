package cotangent.dsl.simd;

import cotangent.dsl.compile.Step;
import cotangent.dsl.kernel.Epilogue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A matrix product whose loop nest runs on every part of the result as soon as the multiply has finished it. */
final class FusedProductStage implements Stage {
    private final ProductStage product;
    private final RectangleLoop loop;

    FusedProductStage(Step.FusedProduct step, int bits, Form form) {
        product = ProductStage.of(step.product());
        loop = new RectangleLoop(step.loop(), bits, form);
    }

    /** A call under way: one per thread, so that a call allocates nothing. */
    private static final class Call implements Epilogue {
        private static final ThreadLocal<Call> CURRENT = ThreadLocal.withInitial(Call::new);

        private @Nullable RectangleLoop loop;
        private @Nullable Frame frame;

        @Override
        public void apply(int row, int rows, int column, int columns) {
            Objects.requireNonNull(loop)
                    .run(Objects.requireNonNull(frame), row, rows, column, columns);
        }
    }

    @Override
    public void run(Frame frame) {
        Call call = Call.CURRENT.get();
        call.loop = loop;
        call.frame = frame;
        product.run(frame, call);
        call.loop = null;
        call.frame = null;
    }
}
