package cotangent.examples.command;

import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the {@code ntk} command found.
 *
 * @param subject    model and data, in words
 * @param outputs    which outputs, in words
 * @param size       rows of the kernel
 * @param parameters columns of the Jacobian
 * @param statistics trace, norm, effective rank and what else was asked for
 * @param top        the leading eigenpairs
 */
record NtkReport(String subject, String outputs, int size, int parameters, List<Estimate> statistics, Eigenpairs top) {
    /** Statistics and eigenvalues together. */
    List<Estimate> all() {
        List<Estimate> all = new ArrayList<>(statistics);
        all.addAll(top.estimates());
        return all;
    }
}
