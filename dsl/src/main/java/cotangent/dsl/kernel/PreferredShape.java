package cotangent.dsl.kernel;

import jdk.incubator.vector.VectorShape;

/** What the machine prefers, within the widths the tiles were written for. */
final class PreferredShape {
    private PreferredShape() {}

    static int bits() {
        int bits = VectorShape.preferredShape().vectorBitSize();
        return bits >= 512 ? 512 : bits >= 256 ? 256 : 128;
    }
}
