package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Figures;
import cotangent.linalg.cost.CostModel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How a statistic of a kernel is going to be found, and what else was thought of.
 *
 * @param statistic what is asked for
 * @param request   how exactly, in words
 * @param kernel    of which kernel, in words
 * @param chosen    the option taken
 * @param options   all there are, the chosen one included
 * @param reason    why it was chosen
 * @param model     where the times come from
 */
public record KernelPlan(String statistic, String request, String kernel, Option chosen, List<Option> options,
        String reason, CostModel model) {
    /**
     * One way.
     *
     * @param strategy which
     * @param exact    whether it has no error but rounding
     * @param seconds  what it takes on one thread by the cost model
     * @param work     what is done, in words
     */
    public record Option(Strategy strategy, boolean exact, double seconds, String work) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-9s %-9s %10s  %s", strategy, exact ? "exact" : "estimate", time(),
                    work);
        }

        private String time() {
            return seconds < 1e-3 ? Figures.number(1e6 * seconds, 2) + " us"
                    : Figures.duration(Duration.ofNanos((long) (1e9 * Math.min(seconds, 1e9))));
        }
    }

    /** A plan that takes an option. */
    static KernelPlan of(String statistic, String request, String kernel, List<Option> options, Strategy wanted,
            CostModel model) {
        if (wanted != Strategy.AUTOMATIC) {
            Option told = options.stream()
                    .filter(option -> option.strategy() == wanted)
                    .findFirst()
                    .orElseThrow(() -> new InvalidDataException("%s: there is no way \"%s\" to it; expected one of %s"
                            .formatted(statistic, wanted, options.stream().map(Option::strategy).toList())));
            return new KernelPlan(statistic, request, kernel, told, options, "asked for", model);
        }
        Option estimate = options.stream()
                .filter(option -> option.strategy() == Strategy.PRODUCTS)
                .findFirst()
                .orElse(options.getFirst());
        Option best = estimate;
        for (Option option : options) {
            best = option.exact() && option.seconds() <= best.seconds() ? option : best;
        }
        String reason = best.exact() && best != estimate
                ? "exact, and no dearer than the estimate"
                : options.stream().anyMatch(Option::exact) ? "cheaper than any exact way"
                : "the only way that fits";
        return new KernelPlan(statistic, request, kernel, best, options, reason, model);
    }

    /** The plan as text: the options with what they are predicted to take, the chosen one marked, and by what numbers. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("%s (%s) of %s%n".formatted(statistic, request, kernel));
        for (Option option : options) {
            text.append(option.equals(chosen) ? "> " : "  ").append(option).append(System.lineSeparator());
        }
        return text.append("chosen: %s, %s%n".formatted(chosen.strategy(), reason)).append(model).toString();
    }
}
