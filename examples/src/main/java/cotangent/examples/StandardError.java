package cotangent.examples;

import java.io.FileDescriptor;
import java.lang.reflect.Field;

/**
 * Standard error as the launcher hands it over.
 *
 * <p>The JVM announces the incubating Vector API on standard error before the first line of Java runs, and has no switch
 * against it. So the launcher puts a filter on descriptor 2, the real stream on another one, and names that one in the
 * system property {@code cotangent.stderr}. Taking it over here keeps the order of what is printed, and a progress bar
 * still sees a terminal.
 */
final class StandardError {

    private StandardError() {}

    /** Lets {@link System#err} and {@link FileDescriptor#err} write where the launcher says, if it says so. */
    static void adopt() {
        Integer descriptor = Integer.getInteger("cotangent.stderr");
        if (descriptor == null) {
            return;
        }
        try {
            Field number = FileDescriptor.class.getDeclaredField("fd");
            number.setAccessible(true);
            number.setInt(FileDescriptor.err, descriptor);
        } catch (ReflectiveOperationException | RuntimeException unsupported) {
            // Then everything goes through the filter, which drops nothing but the announcement.
        }
    }
}
