package cotangent.examples.command;

import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.KernelPlan;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code ntk} command found.
 *
 * @param subject    model and data, in words
 * @param outputs    which outputs, in words
 * @param size       rows of the kernel
 * @param parameters columns of the Jacobian
 * @param statistics trace, norm, effective rank and what else was asked for
 * @param top        the leading eigenpairs, if they were
 * @param density    the spectral density, if it was
 * @param verdict    on the spectrum, if it was asked for
 * @param plans      how the statistics were found, where that was asked for
 */
record NtkReport(String subject, String outputs, int size, int parameters, List<Estimate> statistics,
        Optional<Eigenpairs> top, Optional<SpectralDensity> density, Optional<SpectrumVerdict> verdict,
        List<KernelPlan> plans) {
    /** Statistics and eigenvalues together. */
    List<Estimate> all() {
        List<Estimate> all = new ArrayList<>(statistics);
        top.ifPresent(pairs -> all.addAll(pairs.estimates()));
        return all;
    }
}
