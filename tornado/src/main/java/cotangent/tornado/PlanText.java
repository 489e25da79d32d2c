package cotangent.tornado;

import cotangent.tornado.device.Action;
import cotangent.tornado.device.DevicePlan;
import java.util.List;

/** A device plan as text: a line a launch; what a loop repeats stands indented below it. */
final class PlanText {
    private PlanText() {}

    static String of(DevicePlan plan) {
        StringBuilder text = new StringBuilder();
        list(plan.actions(), "", text);
        return text.append("%d task graphs at the top, %,d bytes on the device%n".formatted(DevicePlan.graphs(plan
                .actions()).size(), plan.bytes())).toString();
    }

    private static void list(List<Action> actions, String indent, StringBuilder text) {
        int number = 0;
        for (Action action : actions) {
            text.append("%s%3d  %s%n".formatted(indent, number++, switch (action) {
                case Action.Launch launch -> launch.kernel().label() + " of " + launch.items() + " work items"
                        + (launch.group() == 0 ? "" : " in groups of " + launch.group()) + ", arrays "
                        + launch.arrays();
                case Action.Repeat repeat -> "repeat %d times:".formatted(repeat.length());
                case Action.Draw draw ->
                    "draw on the host: %s %s, %d times".formatted(draw.op().distribution(), draw.op()
                            .type(), draw.draws());
            }));
            if (action instanceof Action.Repeat repeat) {
                list(repeat.actions(), indent + "    ", text);
            }
        }
    }
}
