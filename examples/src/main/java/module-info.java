import cotangent.examples.command.CommandProvider;
import org.jspecify.annotations.NullMarked;

/** The command line, the experiments, their plots and data sets, and the start-up of JShell. */
@NullMarked module cotangent.examples {
    requires static transitive org.jspecify;
    requires transitive cotangent.dsl;
    requires cotangent.linalg;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires xchart;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires tools.jackson.databind;

    exports cotangent.examples.command;
    exports cotangent.examples.data;
    exports cotangent.examples.model;

    opens cotangent.examples to info.picocli;
    opens cotangent.examples.command to info.picocli;
    opens cotangent.examples.curvature to info.picocli;
    opens cotangent.examples.experiment to info.picocli;
    opens cotangent.examples.families to info.picocli;
    opens cotangent.examples.randomized to info.picocli;
    opens cotangent.examples.report to info.picocli;
    opens cotangent.examples.theory to info.picocli;
    opens cotangent.examples.traces to info.picocli;
    opens cotangent.examples.training to info.picocli;

    uses CommandProvider;
}
