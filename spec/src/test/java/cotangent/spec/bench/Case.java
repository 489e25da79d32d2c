package cotangent.spec.bench;

import java.util.List;

/** Work that Cotangent and its peers both do. */
interface Case {
    /** What {@code --case} chooses by. */
    String name();

    /** Runs every side.
     *
     * @return a row against the fastest peer, and further ones where the same work is held against something else too
     */
    List<Row> run(Settings settings);
}
