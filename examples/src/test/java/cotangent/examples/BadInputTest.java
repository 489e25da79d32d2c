package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npy;
import cotangent.dsl.io.Npz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong: one sentence on standard error, nothing on standard output, no file, status 2. */
final class BadInputTest {
    @TempDir
    private static Path files;

    @BeforeAll
    static void write() throws IOException {
        Params params = Nn.mlp(49, 32, 32, 10).init(Key.of(1));
        Npz.write(files.resolve("good.npz"), params);
        Npz.write(files.resolve("other.npz"), Nn.mlp(49, 16, 10).init(Key.of(1)));
        Npz.write(files.resolve("nan.npz"), params.with("W2", params.get("W2").times(Double.NaN)));
        Files.write(files.resolve("short.npz"), Arrays.copyOf(Files.readAllBytes(files.resolve("good.npz")), 5_000));
        Files.writeString(files.resolve("junk.safetensors"), "this is not the file it says it is");
        Files.writeString(files.resolve("weights.pt"), "pickled");
        Tensor inputs = Key.of(3).normal(20, 49);
        Npy.write(files.resolve("x.npy"), inputs);
        Npy.write(files.resolve("vector.npy"), Key.of(3).normal(49));
        Npy.write(files.resolve("empty.npy"), Tensor.zeros(DType.F64, 0, 49));
        Npy.write(files.resolve("narrow.npy"), Key.of(3).normal(20, 5));
        double[] values = inputs.toDoubles();
        values[100] = Double.POSITIVE_INFINITY;
        Npy.write(files.resolve("infinite.npy"), Tensor.wrap(Shape.of(20, 49), values));
        Files.write(files.resolve("short.npy"), Arrays.copyOf(Files.readAllBytes(files.resolve("x.npy")), 500));
        Files.createDirectory(files.resolve("empty"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            nkt                                | unknown command nkt; did you mean ntk? (see cotangent --help)
            lazyrich --width 3                 | unknown command lazyrich; did you mean lazy-rich?
            frobnicate                         | unknown command frobnicate (see
            ntk extra                          | unknown argument extra
            ntk --sampels 10                   | did you mean --samples?
            ntk --samples                      | Missing required parameter for option '--samples'
            ntk --samples x                    | 'x' is no whole number
            ntk --samples 99999999999          | is no whole number, or too large
            ntk --samples 0                    | expected at least 1, got 0
            ntk --samples -5                   | expected at least 1, got -5
            ntk --samples 5000                 | expected 1 to 3000 samples, got 5000
            ntk --samples 5 --samples 6        | should be specified only once
            ntk --model 49                     | expected layer widths such as 49-32-32-10
            ntk --model 49-0-10                | expected layer widths such as 49-32-32-10
            ntk --model 5-5                    | the data has 49 features a sample, but 5-5 takes 5
            ntk --model 49-9999999-9999999     | choose smaller widths
            ntk --data mnist28x28              | the data has 784 features a sample
            ntk --activation tahn              | did you mean tanh?
            ntk --init hee                     | did you mean he?
            ntk --dtype f16                    | expected one of f32, f64
            ntk --data mnist                   | did you mean mnist7x7?
            ntk --estimator hutch+             | did you mean hutch++?
            ntk --outputs al                   | expected all, sum or positions such as 0,3
            ntk --outputs 0,12                 | expected positions from 0 to 9
            ntk --matvecs 3                    | expected at least 4 products, got 3
            ntk --statistics trase             | did you mean trace?
            ntk --statistics trace,            | expected one of trace, frobenius-norm
            ntk --statistics label-alignment --inputs @x.npy | have no labels
            ntk --route expliict               | did you mean explicit?
            ntk --route rhutch                 | rhutch finds the trace alone
            ntk --relative-error 1             | expected a number between 0 and 1
            ntk --relative-error 0             | expected a number between 0 and 1
            ntk --relative-error x             | is not a double
            ntk --relative-error .1 --confidence 2 | confidence: expected a number between 0 and 1
            ntk --shift -1                     | expected a number from 0
            ntk --statistics stable-rank --route products --matvecs 9 | expected at least 20 products
            ntk --top 0                        | expected 1 to 2000 eigenpairs
            ntk --top 2001                     | expected 1 to 2000 eigenpairs
            ntk --oversampling -1              | expected 0 or more
            ntk --powers -1                    | expected 0 or more
            ntk --seed 1.5                     | '1.5' is no whole number
            ntk --params @none.npz             | there is no such file
            ntk --params @other.npz            | missing: W3, b3
            ntk --params @nan.npz              | expected finite numbers, element 0 is NaN
            ntk --params @short.npz            | expected an .npz archive
            ntk --params @junk.safetensors     | is it a .safetensors file?
            ntk --params @weights.pt           | expected parameters in a file named .npz or .safetensors
            ntk --align-with @other.npz        | missing: W3, b3
            ntk --inputs @none.npy             | there is no such file
            ntk --inputs @vector.npy           | expected a matrix with one sample per row
            ntk --inputs @empty.npy            | expected at least one sample
            ntk --inputs @narrow.npy           | the data has 5 features a sample
            ntk --inputs @infinite.npy         | element 100 is Infinity
            ntk --inputs @short.npy            | expected 7840 bytes after the header
            ntk --inputs @good.npz             | expected an .npy file
            ntk --inputs @x.npy --samples 21   | expected at most the 20
            ntk --inputs @x.npy --mnist @empty | expected one of them, got both
            ntk --mnist @empty                 | expected the MNIST file train-images-idx3-ubyte
            ntk --mnist @none                  | expected the MNIST file train-images-idx3-ubyte
            ntk --out @weights.pt              | weights.pt is no directory
            example stabel-rank                | did you mean stable-rank?
            example stable-rank extra          | unknown argument extra
            example stable-rank --out @x.npy   | x.npy is no directory
            """)
    void isAnsweredInOneSentence(String line, String sentence) throws IOException {
        long before = count();
        Invocation run = Invocation.line(line.replace("@", files + "/"));
        assertThat(run.err()).contains(sentence).startsWith("cotangent").hasLineCount(1).doesNotContain("Exception");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
        assertThat(count()).isEqualTo(before);
    }

    private static long count() throws IOException {
        try (Stream<Path> all = Files.walk(files)) {
            return all.count();
        }
    }
}
