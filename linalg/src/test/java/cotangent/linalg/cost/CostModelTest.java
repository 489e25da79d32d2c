package cotangent.linalg.cost;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Cost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostModelTest {
    @TempDir
    private Path folder;

    @Test
    void isMeasuredOnceAndThenRead() throws IOException {
        Path file = folder.resolve("new/folder/model.properties");
        CostModel measured = CostModelFile.find(file.toString());
        assertThat(measured.origin()).contains("GHz", "stored in", file.toString());
        byte[] stored = Files.readAllBytes(file);
        CostModel read = CostModelFile.find(file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(stored);
        assertThat(read.f64()).isEqualTo(measured.f64());
        assertThat(read.f32()).isEqualTo(measured.f32());
        assertThat(read.bytes()).isEqualTo(measured.bytes());
        assertThat(read.call()).isEqualTo(measured.call());
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    /** A clock between a slow phone's and what no processor reaches, and memory likewise. */
    @Test
    void whatIsMeasuredIsOfThisWorld() {
        assertThat(Calibration.clock()).isBetween(2e8, 1.2e10);
        CostModel quick = Calibration.quick();
        assertThat(quick.bytes()).isBetween(1e8, 1e12);
        assertThat(quick.f64().wide()).isBetween(1e8, 1e12).isLessThan(quick.f32().wide());
    }

    @Test
    void aDamagedOrForeignFileIsMeasuredAgain() throws IOException {
        Path file = folder.resolve("model.properties");
        CostModelFile.store(CostModel.builtIn(), file);
        String good = Files.readString(file);
        assertThat(CostModelFile.find(file.toString()).f64()).isEqualTo(CostModel.builtIn().f64());
        for (String damaged : new String[]{"", "\\u00zz", good.replace("f64.wide=", "f64.wide=-"), good.replace(
                "bytes=", "other="), good.replace("machine=version", "machine=another version"),
                good.replaceAll(
                        "call=.*", "call=NaN")}) {
            Files.writeString(file, damaged);
            CostModel again = CostModelFile.find(file.toString());
            assertThat(again.origin()).contains("GHz");
            assertThat(Files.readString(file)).contains("GHz");
        }
    }

    @Test
    void whereNothingCanBeStoredItIsBuiltIn() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "a file, and no folder");
        CostModel model = CostModelFile.find(plain.resolve("model").toString());
        assertThat(model.f64()).isEqualTo(CostModel.builtIn().f64());
        assertThat(model.origin()).contains("built in", "could not be stored", plain.toString());
        assertThat(CostModelFile.find("builtin")).isEqualTo(CostModel.builtIn());
        assertThat(CostModelFile.find("\0").origin()).contains("built in");
    }

    @Test
    void secondsAddUp() {
        CostModel model = CostModel.builtIn();
        Cost wide = Cost.product(1, 100, 200, 300);
        Cost narrow = Cost.product(1, 100, 10, 300);
        assertThat(wide.wide()).isEqualTo(2.0 * 100 * 200 * 300);
        assertThat(narrow.narrow()).isEqualTo(2.0 * 100 * 10 * 300);
        assertThat(model.seconds(wide, DType.F64)).isEqualTo(wide.wide() / model.f64().wide() + model.call());
        assertThat(model.seconds(wide.plus(narrow), DType.F32)).isBetween(model.seconds(narrow, DType.F32), model
                .seconds(wide, DType.F32) + model.seconds(narrow, DType.F32) + 1e-12);
        assertThat(model.toString()).contains("built in", "GFLOP/s");
    }
}
