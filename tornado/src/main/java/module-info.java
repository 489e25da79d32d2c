import org.jspecify.annotations.NullMarked;

/** The GPU backend, a provider of the language's backend service. */
@NullMarked module cotangent.tornado {
    requires static transitive org.jspecify;
    requires cotangent.dsl;
}
