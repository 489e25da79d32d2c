package cotangent.tornado;

import cotangent.dsl.compile.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a loop nest computes for some of its results only.
 *
 * @param region the part
 * @param inputs which of the loop nest's inputs it loads
 * @param roots  which of its results it makes
 */
record PartialRegion(Region region, List<Integer> inputs, List<Integer> roots) {
    static PartialRegion of(Region whole, List<Integer> roots) {
        int loaded = whole.inputs().size();
        boolean[] needed = new boolean[loaded + whole.instructions().size()];
        roots.forEach(root -> needed[whole.roots().get(root).value()] = true);
        for (int i = needed.length - 1; i >= loaded; i--) {
            if (needed[i]) {
                whole.instructions().get(i - loaded).arguments().forEach(argument -> needed[argument] = true);
            }
        }
        Map<Integer, Integer> number = new HashMap<>();
        List<Integer> inputs = new ArrayList<>();
        List<Region.Instruction> instructions = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            if (!needed[i]) {
                continue;
            }
            number.put(i, number.size());
            if (i < loaded) {
                inputs.add(i);
            } else {
                Region.Instruction instruction = whole.instructions().get(i - loaded);
                instructions.add(new Region.Instruction(instruction.op(), instruction.dtype(), instruction.arguments()
                        .stream()
                        .map(argument -> Objects.requireNonNull(number.get(argument)))
                        .toList()));
            }
        }
        List<Region.Root> kept = roots.stream()
                .map(root -> whole.roots().get(root))
                .map(root -> new Region.Root(Objects.requireNonNull(number.get(root.value())), root.reduction(), root
                        .axes()))
                .toList();
        Region part = new Region(whole.shape(), inputs.stream().map(whole.inputs()::get).toList(), instructions, kept);
        return new PartialRegion(part, inputs, roots);
    }
}
