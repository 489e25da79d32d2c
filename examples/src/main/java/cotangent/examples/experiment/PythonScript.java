package cotangent.examples.experiment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A script that comes with the program, of one file or of several, given to a Python interpreter on its standard input. */
public final class PythonScript {
    private final Class<?> owner;
    private final Duration limit;
    private final List<String> names;

    private PythonScript(Class<?> owner, Duration limit, List<String> names) {
        this.owner = owner;
        this.limit = limit;
        this.names = names;
    }

    /**
     * A script.
     *
     * @param owner a class of the package that the script lies in
     * @param limit after which it is ended
     * @param names of its files, which are put one after the other
     */
    public static PythonScript of(Class<?> owner, Duration limit, String... names) {
        return new PythonScript(owner, limit, List.of(names));
    }

    /**
     * Runs it to its end, within the limit.
     *
     * @param python    the interpreter
     * @param arguments of the script
     * @return the JSON that it prints
     * @throws IOException if there is no such interpreter, a module is missing or the script fails; the message says which, on one line
     */
    public JsonNode run(String python, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python, "-"));
        command.addAll(arguments);
        byte[] source = source();
        // in a file, so that no pipe fills up
        Path complaint = Files.createTempFile("cotangent", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectError(complaint.toFile()).start();
            CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
            try (OutputStream in = process.getOutputStream()) {
                in.write(source);
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(last(Files.readAllLines(complaint), "status " + process.exitValue()));
            }
            return JsonMapper.shared().readTree(said);
        } catch (JacksonException unreadable) {
            throw new IOException("its answer is no JSON", unreadable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.delete(complaint);
        }
    }

    private static String last(List<String> lines, String otherwise) {
        return lines.reversed().stream().filter(line -> !line.isBlank()).findFirst().orElse(otherwise).strip();
    }

    private byte[] source() throws IOException {
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        for (String name : names) {
            try (InputStream stream = owner.getResourceAsStream(name)) {
                if (stream == null) {
                    throw new IOException(name + " does not come with this program");
                }
                stream.transferTo(source);
                source.write('\n');
            }
        }
        return source.toByteArray();
    }
}
