package cotangent.dsl.kernel;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of the tests in a process of its own, on the class path, with these options. */
public final class Fork {
    private Fork() {}

    /** Starts it; what it prints is the process's input stream. */
    public static Process start(Class<?> main, String... options) throws IOException, URISyntaxException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(folder(Gemm.class) + System.getProperty("path.separator") + folder(main));
        command.add(main.getName());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The folder that holds a class; its code source would not tell where tests are patched into a module. */
    private static Path folder(Class<?> type) throws URISyntaxException {
        String file = type.getName().replace('.', '/') + ".class";
        String found = type.getClassLoader().getResource(file).toURI().toString();
        return Path.of(URI.create(found.substring(0, found.length() - file.length())));
    }
}
