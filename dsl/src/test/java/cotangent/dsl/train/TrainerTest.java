package cotangent.dsl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.io.Npz;
import cotangent.dsl.kernel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop and its checkpoints. */
class TrainerTest {
    private static final Mlp NET = Nn.mlp(4, 12, 3);

    @TempDir
    Path directory;

    private static Trainer trainer(DType dtype, Optimizer optimizer) {
        Tensor x = Key.of(1).normal(Shape.of(50, 4), dtype);
        Tensor y = x.slice(1, 0, 3).argmax(1);
        Fn loss = Fn.of("loss", (p, in, labels) -> Nn.crossEntropy(NET.apply(p, in), labels));
        return Trainer.of(TrainingStep.of(loss, optimizer), Minibatches.of(16, x, y).seed(5));
    }

    private static Params params(DType dtype) {
        return NET.dtype(dtype).init(Key.of(2));
    }

    private static Trainer trainer() {
        return trainer(DType.F64, Adam.rate(LearningRate.cosine(1e-2, 40)));
    }

    @Test
    void tellsItsListenersOfEachStep() {
        List<String> told = new ArrayList<>();
        Trainer trainer = trainer().listener(new TrainingListener() {
            @Override
            public void started(TrainingState state) {
                told.add("started at " + state.step());
            }

            @Override
            public void stepped(TrainingState state, double loss, double seconds) {
                assertThat(loss).isPositive();
                assertThat(seconds).isPositive();
                told.add("step " + state.step());
            }
        }).listener((state, loss, seconds) -> told.add("again"));
        TrainingState state = trainer.start(params(DType.F64));
        trainer.run(state, 2);
        trainer.run(state, 1);
        assertThat(told).containsExactly("started at 0", "step 1", "again", "step 2", "again", "started at 2", "step 3",
                "again");
        assertThat(trainer.run(state, 0)).isNaN();
    }

    @Test
    void aSmallerLastBatchIsAStepOfItsOwn() {
        Trainer trainer = trainer();
        TrainingState state = trainer.start(params(DType.F64));
        List<Double> losses = new ArrayList<>();
        trainer.listener((s, loss, seconds) -> losses.add(loss)).runEpochs(state, 2);
        assertThat(state.step()).isEqualTo(8);
        TrainingState byHand = trainer.start(params(DType.F64));
        Tensor x = Key.of(1).normal(50, 4);
        Minibatches batches = Minibatches.of(16, x, x.slice(1, 0, 3).argmax(1)).seed(5);
        TrainingStep step = TrainingStep.of(Fn.of("loss", (p, in, labels) -> Nn.crossEntropy(NET.apply(p, in), labels)),
                Adam.rate(LearningRate.cosine(1e-2, 40)));
        for (int t = 0; t < 8; t++) {
            assertThat(step.run(byHand, batches.batch(t))).isEqualTo(losses.get(t));
        }
        assertThat(byHand.params()).isEqualTo(state.params());
    }

    @Test
    void theSameBitsForAnyNumberOfThreads() {
        TrainingState together = trainer().start(params(DType.F64));
        TrainingState alone = together.copy();
        double loss = trainer().runEpochs(together, 3);
        assertThat(Workers.<Double, RuntimeException>withLimit(1, () -> trainer().runEpochs(alone, 3))).isEqualTo(loss);
        assertThat(alone.params()).isEqualTo(together.params());
    }

    @Test
    void endsWhereItsRuleSaysSo() {
        Trainer trainer = trainer().until((state, loss) -> state.step() == 7);
        TrainingState state = trainer.start(params(DType.F64));
        trainer.run(state, 1000);
        assertThat(state.step()).isEqualTo(7);
    }

    @Test
    void anInterruptEndsItAfterAWholeStep() {
        Trainer trainer = trainer().listener((state, loss, seconds) -> {
            if (state.step() == 3) {
                Thread.currentThread().interrupt();
            }
        });
        TrainingState state = trainer.start(params(DType.F64));
        try {
            assertThatThrownBy(() -> trainer.run(state, 10)).isInstanceOfSatisfying(TrainingInterruptedException.class,
                    stopped -> assertThat(stopped.step()).isEqualTo(3));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        trainer.run(state, 7);
        TrainingState whole = trainer().start(params(DType.F64));
        trainer().run(whole, 10);
        assertThat(state.params()).isEqualTo(whole.params());
    }

    /** Wherever it hits, between steps or within a parallel one, the run goes on as if it had not been. */
    @Test
    void anInterruptFromElsewhereLeavesAWholeState() throws InterruptedException {
        Mlp wide = Nn.mlp(200, 300, 3);
        Tensor x = Key.of(1).normal(256, 200);
        Fn loss = Fn.of("loss", (p, in) -> wide.apply(p, in).square().mean());
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Sgd.rate(1e-3).momentum(0.9)), Minibatches.of(256, x));
        TrainingState state = trainer.start(wide.init(Key.of(2)));
        TrainingState whole = state.copy();
        trainer.run(state, 20);
        Thread caller = Thread.currentThread();
        for (int round = 0; round < 5; round++) {
            Thread interrupter = Thread.ofPlatform().start(() -> {
                LockSupport.parkNanos(20_000_000);
                caller.interrupt();
            });
            assertThatThrownBy(() -> trainer.run(state, Long.MAX_VALUE))
                    .isInstanceOf(TrainingInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
            interrupter.join();
        }
        assertThat(state.step()).isGreaterThan(20);
        trainer.run(whole, state.step());
        assertThat(state.params()).isEqualTo(whole.params());
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void aResumedRunGivesTheSameBits(DType dtype) {
        for (Optimizer optimizer : new Optimizer[]{Adam.rate(LearningRate.cosine(1e-2, 40).warmUp(3)), Sgd.rate(0.1)
                .momentum(0.9)
                .dampening(0.5), Sgd.rate(0.1)}) {
            Path path = directory.resolve("run.npz");
            Trainer trainer = trainer(dtype, optimizer);
            TrainingState whole = trainer.start(params(dtype));
            double last = trainer.run(whole, 19);
            TrainingState first = trainer.start(params(dtype));
            trainer.checkpoints(path, 5).run(first, 11);
            TrainingState resumed = trainer(dtype, optimizer).resume(path, params(dtype));
            assertThat(resumed.step()).isEqualTo(10);
            assertThat(trainer(dtype, optimizer).run(resumed, 9)).isEqualTo(last);
            assertThat(resumed.params()).isEqualTo(whole.params());
            assertThat(resumed.optimizer()).isEqualTo(whole.optimizer());
        }
    }

    @Test
    void namesInTheFileAreTheParametersOwn() {
        Path path = directory.resolve("run.npz");
        Trainer trainer = trainer();
        TrainingState state = trainer.start(params(DType.F64));
        trainer.run(state, 2);
        trainer.save(state, path);
        Params file = Npz.read(path);
        assertThat(file.get("params.W1")).isEqualTo(state.params().asParams().get("W1"));
        assertThat(file.get("optimizer.meanSquare.b2")).isEqualTo(state.optimizer().get("meanSquare.b2"));
        assertThat(file.get("step")).isEqualTo(Tensor.scalar(2));
        assertThat(file.get("seed")).isEqualTo(Tensor.of(5, 0));
    }

    @Test
    void tuplesAndLoneTensorsAreKeptToo() {
        for (Tree params : List.of(Tensor.of(1.0, 2.0),
                Tree.tuple(Tensor.of(1.0), Params.of("a.b", Tensor.of(2.0, 3.0))))) {
            Path path = directory.resolve("tree.npz");
            Optimizer optimizer = Sgd.rate(1).momentum(0.5);
            TrainingState state = TrainingStep.of(Fn.of("unused", p -> p), optimizer).start(params);
            Checkpoint.of(state, Long.MIN_VALUE + 7).write(path);
            Checkpoint read = Checkpoint.read(path, params, optimizer);
            assertThat(read.state().params()).isEqualTo(params);
            assertThat(read.seed()).isEqualTo(Long.MIN_VALUE + 7);
        }
    }

    @Test
    void refusesFilesThatAreDamagedOrOfAnotherRun() throws IOException {
        Path path = directory.resolve("run.npz");
        Trainer trainer = trainer();
        TrainingState state = trainer.start(params(DType.F64));
        trainer.save(state, path);
        refused(trainer, params(DType.F32), path, "params.W1", "f32[4, 12]", "f64[4, 12]");
        refused(trainer, Nn.mlp(4, 13, 3).init(Key.of(0)), path, "params.W1", "f64[4, 13]", "f64[4, 12]");
        refused(trainer, Nn.mlp(4, 12, 3, 3).init(Key.of(0)), path, "params.W3", "there is none");
        refused(trainer, Params.of("W1", params(DType.F64).get("W1")), path, "5 arrays", "got 14");
        refused(trainer(DType.F64, Sgd.rate(1)), params(DType.F64), path, "6 arrays", "got 14");
        refused(trainer(DType.F64, Sgd.rate(1).momentum(0.5)), params(DType.F64), path, "optimizer.velocity.W1");
        Trainer shuffledOtherwise = Trainer.of(TrainingStep.of(Fn.of("unused", (p, x) -> x), Adam.rate(1)),
                Minibatches.of(1,
                        Tensor.arange(3)));
        refused(shuffledOtherwise, params(DType.F64), path, "seed 0", "seed 5");
        refused(trainer, params(DType.F64), directory.resolve("none.npz"), "none.npz");
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length / 3] ^= 1;
        Files.write(path, bytes);
        refused(trainer, params(DType.F64), path, "run.npz");
        Files.write(path, Arrays.copyOf(bytes, bytes.length / 2));
        refused(trainer, params(DType.F64), path, "run.npz");
    }

    private static void refused(Trainer trainer, Tree like, Path path, String... parts) {
        assertThatThrownBy(() -> trainer.resume(path, like)).isInstanceOf(InvalidDataException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(parts));
    }

    @Test
    void aLossThatIsNotANumberNamesItsStep() {
        Fn squares = Fn.of("squares", (p, x) -> x.minus(p).square().sum());
        Trainer trainer = Trainer.of(TrainingStep.of(squares, Sgd.rate(1e6)), Minibatches.of(2, Tensor.arange(9)));
        TrainingState state = trainer.start(Tensor.scalar(1));
        assertThatThrownBy(() -> trainer.run(state, 100)).isInstanceOfSatisfying(NonFiniteLossException.class,
                failure -> assertThat(failure.step()).isEqualTo(state.step()).isPositive());
        assertThat(state.params().asTensor().item()).isFinite();
    }
}
