package cotangent.spec.bench;

import java.util.List;

/**
 * Cases that belong together.
 *
 * @param name        what the command line calls it
 * @param description what it measures
 * @param cases       in the order in which they run
 */
record Suite(String name, String description, List<Case> cases) {}
