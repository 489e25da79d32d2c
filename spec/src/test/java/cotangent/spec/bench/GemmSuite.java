package cotangent.spec.bench;

import cotangent.dsl.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Matrix products, large, tiny and of the shapes that a small network's derivatives need. */
final class GemmSuite {
    private static final int[] LARGE = {256, 512, 1024, 2048};
    private static final int[] TINY = {4, 8, 10, 16, 32};

    private GemmSuite() {}

    static Suite create() {
        FmaPeak peak = new FmaPeak();
        List<Case> cases = new ArrayList<>();
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            boolean single = dtype == DType.F32;
            for (int n : LARGE) {
                cases.add(of(GemmShape.square(dtype, n), 1, n == 512 || n == 1024 ? peak : null));
            }
            cases.add(of(dtype, 10_000, 64, 64, 1));
            cases.add(of(dtype, 750, 64, 192, 1));
            for (int n : TINY) {
                cases.add(of(GemmShape.square(dtype, n), 2, null));
            }
            cases.add(of(dtype, 128, 20, 10, 2));
            cases.add(of(dtype, 64, 64, 64, single ? 1.5 : 1.15));
            cases.add(of(dtype, 15, 64, 192, single ? 1.5 : 1.15));
            cases.add(of(dtype, 200, 49, 32, single ? 1.5 : 1.15));
            cases.add(of(dtype, 240, 64, 192, single ? 1.2 : 1.3));
        }
        return new Suite("gemm", "matrix products against OpenBLAS and libraries in Java", cases);
    }

    /** A is m x k, B is k x n. */
    private static Case of(DType dtype, int m, int k, int n, double target) {
        return of(new GemmShape(dtype, m, n, k), target, null);
    }

    private static Case of(GemmShape shape, double target, @Nullable FmaPeak peak) {
        return new GemmCase(shape, target, peak);
    }
}
