import org.jspecify.annotations.NullMarked;

/** Linear operators, dense and randomized decompositions, trace estimators and the empirical neural tangent kernel. */
@NullMarked module cotangent.linalg {
    requires static transitive org.jspecify;
    requires transitive cotangent.dsl;

    exports cotangent.linalg;
    exports cotangent.linalg.cost;
    exports cotangent.linalg.operator;
    exports cotangent.linalg.probe;
    exports cotangent.linalg.trace;
    exports cotangent.linalg.infinite;
    exports cotangent.linalg.kernel;
    exports cotangent.linalg.ntk;
    exports cotangent.linalg.dynamics;
}
