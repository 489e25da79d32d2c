package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Einstein summation against a sum over all indices, in small integers, so that every sum is exact. Adding 0 makes a zero
 * positive: its sign depends on the order of the products.
 */
class EinsumTest {
    private static final String LETTERS = "ijkl";

    private static Tensor integers(Random random, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.wrap(shape, random.doubles(shape.size(), -4, 4).map(Math::rint).toArray());
    }

    private static Tensor einsum(String spec, Tensor... operands) {
        return operands[0].einsum(spec, Arrays.copyOfRange(operands, 1, operands.length));
    }

    /** The definition: for every assignment of all indices, the product is added to the output's element. */
    private static Tensor bySumming(String[] terms, String output, int[] extents, List<Tensor> operands) {
        Shape shape = Shape.of(output.chars().map(c -> extents[LETTERS.indexOf(c)]).toArray());
        double[] sums = new double[shape.size()];
        int[] index = new int[LETTERS.length()];
        int count = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
        for (int flat = 0; flat < count; flat++) {
            for (int axis = 0, rest = flat; axis < extents.length; rest /= extents[axis++]) {
                index[axis] = rest % extents[axis];
            }
            double product = 1;
            for (int i = 0; i < terms.length; i++) {
                product *= operands.get(i).get(positions(terms[i], index));
            }
            int offset = 0;
            for (int axis = 0; axis < output.length(); axis++) {
                offset = offset * shape.extent(axis) + index[LETTERS.indexOf(output.charAt(axis))];
            }
            sums[offset] += product;
        }
        return Tensor.wrap(shape, sums);
    }

    private static int[] positions(String term, int[] index) {
        return term.chars().map(c -> index[LETTERS.indexOf(c)]).toArray();
    }

    /** One to three operands of up to four axes with any letters, repeated ones too, and any output. */
    @Property
    void agreesWithItsDefinition(@ForAll long seed) {
        Random random = new Random(seed);
        int[] extents = random.ints(LETTERS.length(), 1, 4).toArray();
        String[] terms = new String[1 + random.nextInt(3)];
        List<Tensor> operands = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            terms[i] = random.ints(random.nextInt(5), 0, LETTERS.length())
                    .mapToObj(c -> LETTERS.substring(c, c + 1))
                    .collect(Collectors.joining());
            operands.add(integers(random, terms[i].chars().map(c -> extents[LETTERS.indexOf(c)]).toArray()));
        }
        String all = String.join("", terms);
        for (int i = 0; i < LETTERS.length(); i++) {
            extents[i] = all.indexOf(LETTERS.charAt(i)) < 0 ? 1 : extents[i];
        }
        List<String> used = new ArrayList<>(all.chars().distinct().mapToObj(c -> String.valueOf((char) c)).toList());
        java.util.Collections.shuffle(used, random);
        String output = String.join("", used.subList(0, random.nextInt(used.size() + 1)));
        String spec = String.join(",", terms) + "->" + output;
        Tensor actual = einsum(spec, operands.toArray(Tensor[]::new));
        assertThat(actual.plus(0)).as(spec).isEqualTo(bySumming(terms, output, extents, operands).plus(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"ij,jk; ij,jk->ik", "ba; ba->ab", "ii; ii->", "ij,ij; ij,ij->", "i,j; i,j->ij",
            "bij,bj ; bij,bj->i", " i j , j k -> k i ; ij,jk->ki"})
    void withoutArrowGivesTheIndicesThatOccurOnceInOrder(String implicit, String explicit) {
        Random random = new Random(5);
        Tensor[] operands = Arrays.stream(explicit.split("->")[0].split(","))
                .map(term -> integers(random, term.chars()
                        .map(c -> 3)
                        .toArray()))
                .toArray(Tensor[]::new);
        assertThat(einsum(implicit, operands)).isEqualTo(einsum(explicit, operands));
    }

    @Test
    void anEllipsisStandsForAxesThatAreBroadcast() {
        Random random = new Random(6);
        Tensor a = integers(random, 5, 1, 2, 3);
        Tensor b = integers(random, 4, 3, 2);
        assertThat(einsum("...ij,...jk->...ik", a, b)).isEqualTo(a.matmul(b));
        assertThat(einsum("...ij,...jk", a, b)).isEqualTo(a.matmul(b));
        assertThat(einsum("...ij,jk->k...i", a, b.at(0, 0))).isEqualTo(a.matmul(b.at(0, 0)).moveAxis(-1, 0));
        assertThat(einsum("i...->...", a)).isEqualTo(a.sum(0));
        assertThat(einsum("...,...", a, Tensor.scalar(2))).isEqualTo(a.times(2));
        Tensor square = integers(random, 3, 4, 3);
        assertThat(einsum("i...i->...i", square)).isEqualTo(einsum("iji->ji", square));
    }

    @Test
    void anEmptyIndexSumsToZero() {
        assertThat(einsum("ij,jk->ik", Tensor.zeros(DType.F64, 2, 0), Tensor.zeros(DType.F64, 0, 3))).isEqualTo(Tensor
                .zeros(DType.F64, 2, 3));
        assertThat(einsum("ii->i", Tensor.zeros(DType.F64, 0, 0)).shape()).isEqualTo(Shape.of(0));
    }

    @Test
    void integersStayIntegers() {
        Tensor x = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
        assertThat(einsum("ij,jk", x, x)).isEqualTo(Tensor.of(Shape.of(2, 2), 7, 10, 15, 22));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "ij->ij->ij; at most one",
            "ij,jk; names 2 operands, got 1",
            "ijk; needs 3 axes, operand 0 is [2, 3]",
            "...ijk; at least 3 axes",
            "i1; has '1'",
            "i..j; has '.'",
            "......; has '.'",
            "ii; index 'i' has extents 2 and 3",
            "ij->ik; output index 'k' is in no operand",
            "ij->ii; output index 'i' is named twice",
            "i...->i; no \"...\""})
    void refusesWhatDoesNotFitNamingSpecificationAndIndex(String spec, String problem) {
        assertThatThrownBy(() -> einsum(spec, Tensor.zeros(DType.F64, 2, 3))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("einsum \"" + spec + "\"")
                .hasMessageContaining(problem)
                .hasMessageContaining(
                        "EinsumTest.java:");
    }
}
