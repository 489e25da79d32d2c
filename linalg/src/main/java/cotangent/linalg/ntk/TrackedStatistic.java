package cotangent.linalg.ntk;

import cotangent.linalg.probe.Statistic;
import java.util.Optional;

/** What an {@link NtkTracker} may follow: statistics of the kernel K_t after t steps, some against the first kernel K_0. */
public enum TrackedStatistic {
    /** tr K_t. */
    TRACE("trace", false),
    /** ‖K_t‖_F. */
    FROBENIUS_NORM("frobenius_norm", false),
    /** (tr K_t)²/‖K_t‖_F². */
    EFFECTIVE_RANK("effective_rank", false),
    /** ⟨K_t, K_0⟩_F/(‖K_t‖_F ‖K_0‖_F): 1 where the kernel has not turned. */
    ALIGNMENT("alignment", true),
    /** ‖K_t − K_0‖_F/‖K_0‖_F: near 0 in lazy training. From samples it is known to some 1e-8 at best. */
    RELATIVE_CHANGE("relative_change", true),
    /** yᵀK_t y/(‖K_t‖_F ‖y‖²) with the labels y as one vector over all outputs: alignment with yyᵀ, not centred. */
    LABEL_ALIGNMENT("label_alignment", false),
    /** The kernel-target alignment of {@link EmpiricalNtk#labelAlignment}: with YYᵀ ⊗ I, the rows Y of labels. */
    TARGET_ALIGNMENT("target_alignment", false),
    /** The same, centred; see {@link EmpiricalNtk#centredLabelAlignment}. */
    CENTRED_TARGET_ALIGNMENT("centred_target_alignment", false);

    private final String label;
    private final boolean comparing;

    TrackedStatistic(String label, boolean comparing) {
        this.label = label;
        this.comparing = comparing;
    }

    /** Its name in files. */
    public String label() {
        return label;
    }

    /** Whether it takes products with the first kernel, too. */
    boolean comparing() {
        return comparing;
    }

    /** Whether it is of the labels. */
    boolean labelled() {
        return this == LABEL_ALIGNMENT || this == TARGET_ALIGNMENT || this == CENTRED_TARGET_ALIGNMENT;
    }

    /** What it is of the traces tr K, ‖K‖², ⟨K, K_0⟩, ‖K‖², ‖K_0‖², if they tell it. */
    Optional<Quantity> quantity() {
        return switch (this) {
            case TRACE -> Optional.of(Quantity.TRACE);
            case FROBENIUS_NORM -> Optional.of(Quantity.FROBENIUS_NORM);
            case EFFECTIVE_RANK -> Optional.of(Quantity.EFFECTIVE_RANK);
            case ALIGNMENT -> Optional.of(new Quantity("alignment", 2, Statistic.alignment()));
            case RELATIVE_CHANGE, LABEL_ALIGNMENT, TARGET_ALIGNMENT, CENTRED_TARGET_ALIGNMENT -> Optional.empty();
        };
    }
}
