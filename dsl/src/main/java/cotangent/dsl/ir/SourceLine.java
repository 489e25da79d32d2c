package cotangent.dsl.ir;

import java.util.Set;

/**
 * The line of the user's program that built a node.
 *
 * @param file source file name
 * @param line line number
 */
public record SourceLine(String file, int line) {
    private static final Set<String> OWN_PACKAGES = Set.of("cotangent.dsl", "cotangent.dsl.ir",
            "cotangent.dsl.autodiff", "cotangent.linalg.operator", "cotangent.linalg.ntk");
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final SourceLine UNKNOWN = new SourceLine("unknown source", 0);

    /** The innermost line of the current call stack that lies outside Cotangent's own language packages. */
    public static SourceLine current() {
        return WALKER.walk(frames -> frames.filter(frame -> !isOwn(frame))
                .findFirst()
                .map(frame -> new SourceLine(fileName(frame), frame.getLineNumber()))
                .orElse(UNKNOWN));
    }

    private static boolean isOwn(StackWalker.StackFrame frame) {
        String className = frame.getClassName();
        int end = className.lastIndexOf('.');
        if (end < 0) {
            return false;
        }
        String packageName = className.substring(0, end);
        return packageName.startsWith("java.")
                || OWN_PACKAGES.contains(packageName) && !className.endsWith("Test");
    }

    private static String fileName(StackWalker.StackFrame frame) {
        String file = frame.getFileName();
        return file == null ? frame.getClassName() : file;
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
