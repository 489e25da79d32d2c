package cotangent.dsl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryBudgetTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "4096, 4096", "8k, 8192", "512M, 536870912", " 2g , 2147483648",
            "999999999999999g, 9223372036854775807"})
    void readsSizes(String text, long bytes) {
        assertThat(MemoryBudget.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5g", "2 t", "much"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> MemoryBudget.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512m")
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void isAShareOfTheHeapUnlessSaid() {
        assertThat(MemoryBudget.parse(null)).isEqualTo(Runtime.getRuntime().maxMemory() / 8);
        assertThat(MemoryBudget.atMost(1)).isEqualTo(1);
    }
}
