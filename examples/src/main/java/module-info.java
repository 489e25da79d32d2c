import org.jspecify.annotations.NullMarked;

/** The command line, the example programs, their plots and data sets, and the start-up of JShell. */
@NullMarked module cotangent.examples {
    requires static transitive org.jspecify;
    requires transitive cotangent.dsl;
    requires cotangent.linalg;
    requires info.picocli;
    requires java.desktop;
    requires me.tongfei.progressbar;
    requires xchart;
    requires tools.jackson.databind;

    exports cotangent.examples.data;
    opens cotangent.examples to info.picocli;
}
