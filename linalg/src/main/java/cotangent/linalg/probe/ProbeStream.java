package cotangent.linalg.probe;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;

/**
 * An endless sequence of independent probes, of which any can be made in any order: an element depends on the seed, the
 * stream, the probe's index and its own, and not on how the probes are cut into blocks.
 *
 * @param law    the distribution
 * @param seed   the user's seed
 * @param stream which of the seed's independent sequences
 */
public record ProbeStream(Probes law, long seed, long stream) {
    /** Probes {@code from, ..., to - 1} as the columns of a block [n, to - from]. */
    public Tensor block(DType dtype, int n, int from, int to) {
        if (law == Probes.ORTHOGONAL) {
            return orthogonal(dtype, n, from, to);
        }
        Shape shape = Shape.of(n, to - from);
        if (dtype == DType.F64) {
            double[] elements = new double[shape.size()];
            fill(from, elements, to - from, n);
            return Tensor.wrap(shape, elements);
        }
        float[] elements = new float[shape.size()];
        fill(from, elements, to - from, n);
        return Tensor.wrap(shape, elements);
    }

    /** Groups of Gaussian vectors made orthonormal; R's diagonal is positive, so that Q is uniform (Stewart 1980). */
    private Tensor orthogonal(DType dtype, int n, int from, int to) {
        int size = Math.clamp(n, 1, Probes.GROUP);
        ProbeStream gaussian = new ProbeStream(Probes.GAUSSIAN, seed, stream);
        Tensor block = Tensor.wrap(Shape.of(n, 0), new double[0]);
        for (int first = from / size * size; first < to; first += size) {
            Tensor group = OrthonormalBasis.spanning(gaussian.block(DType.F64, n, first, first + size))
                    .block(
                            DType.F64);
            Tensor wanted = Columns.range(group, Math.max(0, from - first), Math.min(size, to - first));
            block = Columns.join(block, wanted);
        }
        double[] elements = block.toDoubles();
        double radius = Math.sqrt(n);
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= radius;
        }
        return Columns.narrowed(dtype, n, to - from, elements);
    }

    private void fill(int from, double[] elements, int k, int n) {
        switch (law) {
            case RADEMACHER -> Philox.fillColumns(Distribution.RADEMACHER, seed, stream, from, elements, k, n);
            case GAUSSIAN -> Philox.fillColumns(Distribution.NORMAL, seed, stream, from, elements, k, n);
            case SPHERE, ORTHOGONAL -> {
                for (int j = 0; j < k && n > 0; j++) {
                    Philox.sphere(seed, stream, from + j, elements, j, k, n);
                }
            }
        }
    }

    private void fill(int from, float[] elements, int k, int n) {
        switch (law) {
            case RADEMACHER -> Philox.fillColumns(Distribution.RADEMACHER, seed, stream, from, elements, k, n);
            case GAUSSIAN -> Philox.fillColumns(Distribution.NORMAL, seed, stream, from, elements, k, n);
            case SPHERE, ORTHOGONAL -> {
                for (int j = 0; j < k && n > 0; j++) {
                    Philox.sphere(seed, stream, from + j, elements, j, k, n);
                }
            }
        }
    }
}
