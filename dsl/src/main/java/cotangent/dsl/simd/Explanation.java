package cotangent.dsl.simd;

import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A plan as text: one line a step with the bytes it moves and its floating-point operations, then the totals. */
final class Explanation {
    private Explanation() {}

    static String of(Plan plan) {
        StringBuilder text = new StringBuilder();
        long bytes = 0;
        long flops = 0;
        for (Step step : plan.steps()) {
            bytes += bytes(step);
            flops += flops(step);
        }
        list(plan.steps(), "", text);
        return text.append("%d steps, %d bytes moved, %d flops, workspace %d bytes%n".formatted(plan.steps().size(),
                bytes, flops, workspace(plan))).toString();
    }

    /** A plan's own workspace and those of the loops in it. */
    private static long workspace(Plan plan) {
        long inner = plan.steps()
                .stream()
                .mapToLong(step -> step instanceof Step.Scan scan ? workspace(scan.body()) : 0)
                .sum();
        return plan.workspaceBytes() + inner;
    }

    /** A line a step; what a loop repeats stands indented below it. */
    private static void list(List<Step> steps, String indent, StringBuilder text) {
        int number = 0;
        for (Step step : steps) {
            text.append("%s%3d  %-58s %10d bytes %12d flops%n".formatted(indent, number++, describe(step), bytes(step),
                    flops(step)));
            if (step instanceof Step.Scan scan) {
                list(scan.body().steps(), indent + "    ", text);
            }
            if (step instanceof Step.Rows rows) {
                list(rows.steps(), indent + "    ", text);
            }
        }
    }

    private static String describe(Step step) {
        return switch (step) {
            case Step.Loop loop -> "loop " + loop.region().shape() + ": " + loop.region().describe();
            case Step.Product p -> "product %s x (%d x %d x %d)".formatted(p.batch(), p.m(), p.k(), p.n());
            case Step.FusedProduct fused -> describe(fused.product()) + " then " + fused.loop().region().describe();
            case Step.Copy copy -> "copy " + copy.from() + " to " + copy.to();
            case Step.Fill fill -> "fill " + fill.to() + " with " + fill.value();
            case Step.Primitive primitive -> primitive.node().op().label() + " to " + primitive.output();
            case Step.Scan scan -> "scan: %d times %d steps".formatted(scan.loop().length(), scan.body()
                    .steps()
                    .size());
            case Step.Rows rows -> "%d rows in blocks of %d:".formatted(rows.rows(), rows.blockRows());
        };
    }

    private static long bytes(Step step) {
        if (step instanceof Step.Scan scan) {
            return scan.loop().length() * scan.body().steps().stream().mapToLong(Explanation::bytes).sum();
        }
        if (step instanceof Step.Rows rows) {
            return bytes(rows);
        }
        return step.reads().mapToLong(Explanation::bytes).sum() + step.writes().mapToLong(Explanation::bytes).sum();
    }

    /** Each element that a block shares with other steps once, whichever of its loop nests touch it. */
    private static long bytes(Step.Rows rows) {
        Map<Buffer, Long> touched = new IdentityHashMap<>();
        Stream.concat(rows.reads(), rows.writes())
                .filter(view -> !rows.local().contains(view.buffer()))
                .forEach(view -> touched.merge(view.buffer(), view.stride(0) == 0
                        ? bytes(view)
                        : Math.min((long) Math.abs(view.stride(0)) * rows.rows(), view.buffer().size()) * view.dtype()
                                .bytes(),
                        Math::max));
        return touched.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long bytes(View view) {
        return Math.min((long) view.size(), view.buffer().size()) * view.dtype().bytes();
    }

    private static long flops(Step step) {
        return switch (step) {
            case Step.Loop loop -> (long) loop.region().shape().size() * (loop.region()
                    .instructions()
                    .stream()
                    .filter(
                            instruction -> instruction.op() instanceof Op.Unary
                                    || instruction.op() instanceof Op.Binary)
                    .count() + loop.region().roots().stream().filter(root -> root.reduction() != null).count());
            case Step.Product p -> 2L * Math.max(1, p.batch().size()) * p.m() * p.n() * p.k();
            case Step.FusedProduct fused -> flops(fused.product()) + flops(fused.loop());
            case Step.Copy ignored -> 0;
            case Step.Fill ignored -> 0;
            case Step.Primitive primitive -> primitive.output().size();
            case Step.Rows rows -> rows.steps().stream().mapToLong(Explanation::flops).sum() * rows.rows()
                    / rows.blockRows();
            case Step.Scan scan -> scan.loop().length() * scan.body()
                    .steps()
                    .stream()
                    .mapToLong(Explanation::flops)
                    .sum();
        };
    }
}
