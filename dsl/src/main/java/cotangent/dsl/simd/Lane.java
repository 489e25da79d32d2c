package cotangent.dsl.simd;

/**
 * A value while a {@link LaneProgram} is written.
 *
 * @param id   number of the instruction that makes it
 * @param type its type
 */
public record Lane(int id, LaneType type) {}
