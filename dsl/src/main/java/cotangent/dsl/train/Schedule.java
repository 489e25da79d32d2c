package cotangent.dsl.train;

/** A learning rate that says what it is. */
record Schedule(String text, LearningRate rule) implements LearningRate {
    @Override
    public double at(long step) {
        return rule.at(step);
    }

    @Override
    public String toString() {
        return text;
    }
}
