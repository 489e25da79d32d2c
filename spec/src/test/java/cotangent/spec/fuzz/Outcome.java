package cotangent.spec.fuzz;

/**
 * What came of one comparison with the oracle.
 *
 * @param elements     elements of the graph's outputs
 * @param judged       those of them that the oracle could judge
 * @param disagreement what is wrong; empty if nothing is
 */
record Outcome(int elements, int judged, String disagreement) {
    boolean agrees() {
        return disagreement.isEmpty();
    }

    static Outcome wrong(String disagreement) {
        return new Outcome(0, 0, disagreement);
    }
}
