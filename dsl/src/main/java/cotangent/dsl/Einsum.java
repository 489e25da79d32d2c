package cotangent.dsl;

import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Einstein summation, as NumPy defines it, from transpositions, sums and general products.
 *
 * <p>Operands are multiplied pairwise from the left. An index is summed as soon as neither the result nor a later operand
 * has it; an index twice in one operand takes the diagonal, which is a strided slice of the two axes flattened.
 *
 * @param <V> the kind of value
 */
final class Einsum<V extends Array<V>> {
    /** Axes that an ellipsis stands for get labels from here, which no user can write; the last axes align. */
    private static final char ELLIPSIS = '\uE000';

    private final String spec;

    /** A value and one label per axis. */
    private record Term<V extends Array<V>>(V value, String labels) {
        int axis(char label) {
            return labels.indexOf(label);
        }

        Axes axes(String wanted) {
            return Axes.of(wanted.chars().map(labels::indexOf).toArray());
        }
    }

    private Einsum(String spec) {
        this.spec = spec;
    }

    static <V extends Array<V>> V of(String spec, List<V> operands) {
        return new Einsum<V>(spec).evaluate(operands);
    }

    private V evaluate(List<V> operands) {
        String[] sides = spec.replaceAll("\\s", "").split("->", -1);
        require(sides.length <= 2, "expected at most one \"->\"");
        String[] subscripts = sides[0].split(",", -1);
        require(subscripts.length == operands.size(), "names %d operands, got %d".formatted(
                subscripts.length, operands.size()));
        int ellipsisRank = 0;
        for (int i = 0; i < subscripts.length; i++) {
            ellipsisRank = Math.max(ellipsisRank, hiddenAxes(subscripts[i], operands.get(i).shape(), i));
        }
        List<Term<V>> terms = new ArrayList<>();
        for (int i = 0; i < subscripts.length; i++) {
            int hidden = hiddenAxes(subscripts[i], operands.get(i).shape(), i);
            terms.add(new Term<>(operands.get(i), labels(subscripts[i], hidden, ellipsisRank)));
        }
        String output = sides.length == 2 ? output(sides[1], ellipsisRank, terms) : implicitOutput(terms);
        Map<Character, Integer> extents = extents(terms);
        return reduce(terms.stream().map(term -> diagonal(unstretched(term, extents))).toList(), output);
    }

    /** How many axes the ellipsis of an operand's subscripts stands for. */
    private int hiddenAxes(String subscripts, Shape shape, int operand) {
        String letters = letters(subscripts);
        boolean open = letters.length() < subscripts.length();
        int hidden = shape.rank() - letters.length();
        require(open ? hidden >= 0 : hidden == 0, "\"%s\" needs %s%d axes, operand %d is %s".formatted(subscripts,
                open ? "at least " : "", letters.length(), operand, shape));
        return hidden;
    }

    private String letters(String subscripts) {
        int dots = subscripts.indexOf("...");
        String letters = dots < 0 ? subscripts : subscripts.substring(0, dots) + subscripts.substring(dots + 3);
        letters.chars()
                .forEach(c -> require(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z',
                        "\"%s\" has '%c' where a letter or one \"...\" was expected".formatted(subscripts, c)));
        return letters;
    }

    private static String labels(String subscripts, int hidden, int ellipsisRank) {
        return subscripts.replace("...", IntStream.range(ellipsisRank - hidden, ellipsisRank)
                .mapToObj(
                        i -> String.valueOf((char) (ELLIPSIS + i)))
                .collect(Collectors.joining()));
    }

    private String output(String subscripts, int ellipsisRank, List<Term<V>> terms) {
        String letters = letters(subscripts);
        String inputs = allLabels(terms);
        for (int i = 0; i < letters.length(); i++) {
            char label = letters.charAt(i);
            require(inputs.indexOf(label) >= 0, "output index '" + label + "' is in no operand");
            require(letters.indexOf(label) == letters.lastIndexOf(label), "output index '" + label
                    + "' is named twice");
        }
        require(ellipsisRank == 0 || letters.length() < subscripts.length(),
                "the operands' ellipsis stands for " + ellipsisRank + " axes, but the output has no \"...\"");
        return labels(subscripts, ellipsisRank, ellipsisRank);
    }

    /** The ellipsis, then the indices that occur once, in alphabetical order. */
    private String implicitOutput(List<Term<V>> terms) {
        String inputs = allLabels(terms);
        String once = inputs.chars()
                .filter(c -> inputs.indexOf(c) == inputs.lastIndexOf(c) && c < ELLIPSIS)
                .sorted()
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
        return inputs.chars()
                .filter(c -> c >= ELLIPSIS)
                .distinct()
                .sorted()
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining()) + once;
    }

    private static <V extends Array<V>> String allLabels(List<Term<V>> terms) {
        return terms.stream().map(Term::labels).collect(Collectors.joining());
    }

    /** The extent of every index; axes of an ellipsis stretch from 1, named ones do not. */
    private Map<Character, Integer> extents(List<Term<V>> terms) {
        String shapes = terms.stream()
                .map(term -> term.value().shape().toString())
                .collect(Collectors.joining(" and "));
        Map<Character, Integer> extents = new HashMap<>();
        for (Term<V> term : terms) {
            for (int axis = 0; axis < term.labels().length(); axis++) {
                char label = term.labels().charAt(axis);
                int extent = term.value().shape().extent(axis);
                int known = extents.getOrDefault(label, extent);
                boolean stretches = label >= ELLIPSIS && (known == 1 || extent == 1);
                require(known == extent || stretches, "%s has extents %d and %d: operands are %s".formatted(
                        label < ELLIPSIS ? "index '" + label + "'" : "an axis of the ellipsis", known, extent, shapes));
                extents.put(label, known == 1 ? extent : known);
            }
        }
        return extents;
    }

    /** Without the axes of extent 1 that would stretch: a product needs no copies of them. */
    private Term<V> unstretched(Term<V> term, Map<Character, Integer> extents) {
        Term<V> result = term;
        for (int i = 0; i < term.labels().length(); i++) {
            char label = term.labels().charAt(i);
            int axis = result.axis(label);
            if (label >= ELLIPSIS && result.value().shape().extent(axis) == 1 && extents.getOrDefault(label, 1) != 1) {
                result = new Term<>(result.value().squeeze(axis), without(result.labels(), axis));
            }
        }
        return result;
    }

    private static String without(String labels, int axis) {
        return labels.substring(0, axis) + labels.substring(axis + 1);
    }

    private Term<V> diagonal(Term<V> term) {
        String labels = term.labels();
        for (int second = 1; second < labels.length(); second++) {
            int first = labels.indexOf(labels.charAt(second));
            if (first < second) {
                int n = term.value().shape().extent(first);
                V last = term.value().moveAxis(second, -1).moveAxis(first, -1);
                Shape rest = last.shape().select(Axes.range(0, last.rank() - 2));
                V diagonal = last.reshape(rest.insert(rest.rank(), n * n)).slice(-1, 0, n * n, n + 1);
                String others = without(without(labels, second), first);
                return diagonal(new Term<>(diagonal, others + labels.charAt(second)));
            }
        }
        return term;
    }

    private V reduce(List<Term<V>> terms, String output) {
        Term<V> result = terms.getFirst();
        for (int i = 1; i < terms.size(); i++) {
            String needed = output + allLabels(terms.subList(i + 1, terms.size()));
            Term<V> left = keeping(result, needed + terms.get(i).labels());
            Term<V> right = keeping(terms.get(i), needed + result.labels());
            result = product(left, right, needed);
        }
        Term<V> summed = keeping(result, output);
        return summed.value().transpose(summed.axes(output).toArray());
    }

    /** Sums over the indices that nothing else needs. */
    private Term<V> keeping(Term<V> term, String needed) {
        int[] over = IntStream.range(0, term.labels().length())
                .filter(axis -> needed.indexOf(term.labels()
                        .charAt(
                                axis)) < 0)
                .toArray();
        return over.length == 0 ? term : new Term<>(term.value().sum(over), common(term.labels(), needed));
    }

    private Term<V> product(Term<V> left, Term<V> right, String needed) {
        String shared = common(left.labels(), right.labels());
        String batch = common(shared, needed);
        String contracted = difference(shared, needed);
        String leftOnly = difference(left.labels(), shared);
        String rightOnly = difference(right.labels(), shared);
        String labels = batch + leftOnly + rightOnly;
        V value = contracted.isEmpty()
                ? spread(left, labels).times(spread(right, labels))
                : left.value()
                        .dot(right.value(), left.axes(contracted), right.axes(contracted), left.axes(batch), right
                                .axes(batch));
        return new Term<>(value, labels);
    }

    /** The value with its axes in the order of {@code labels}, of extent 1 where it has none. */
    private V spread(Term<V> term, String labels) {
        V ordered = term.value().transpose(term.axes(common(labels, term.labels())).toArray());
        Shape shape = term.value().shape();
        return ordered.reshape(labels.chars()
                .map(label -> term.axis((char) label) < 0 ? 1
                        : shape.extent(term.axis(
                                (char) label)))
                .toArray());
    }

    private static String common(String labels, String others) {
        return labels.chars()
                .filter(c -> others.indexOf(c) >= 0)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(
                        Collectors.joining());
    }

    private static String difference(String labels, String others) {
        return labels.chars()
                .filter(c -> others.indexOf(c) < 0)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(
                        Collectors.joining());
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ShapeException("einsum \"%s\": %s (%s)".formatted(spec, problem, SourceLine.current()));
        }
    }
}
