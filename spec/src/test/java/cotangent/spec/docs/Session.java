package cotangent.spec.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;

/** A JShell of this process, started as the launcher starts it, that takes text line by line as a person types it. */
final class Session implements AutoCloseable {
    private static final Path STARTUP = Path.of("..", "examples", "src", "main", "jshell", "cotangent.jsh");

    /** What JShell shows of a value in its normal mode, before it cuts. */
    private static final int LONGEST_VALUE = 1_000;

    private final JShell shell;

    private Session(JShell shell) {
        this.shell = shell;
    }

    /** A session after the project's start-up file, but for its greeting. */
    static Session start() throws IOException {
        String classPath = System.getProperty("java.class.path");
        JShell shell = JShell.builder().executionEngine("local").compilerOptions("--class-path", classPath).build();
        Session session = new Session(shell);
        for (String line : Files.readAllLines(STARTUP)) {
            if (line.startsWith("import ")) {
                session.type(line);
            }
        }
        return session;
    }

    /** Whether JShell shows an answer as a whole. */
    static boolean fits(String answer) {
        return answer.length() < LONGEST_VALUE;
    }

    /**
     * What the shell answers to a text of one or more snippets, one line for each with a value.
     *
     * @throws IllegalArgumentException if a snippet is refused or fails
     */
    List<String> type(String text) {
        List<String> answers = new ArrayList<>();
        String remaining = text;
        while (!remaining.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(remaining);
            if (!next.completeness().isComplete()) {
                throw new IllegalArgumentException("not complete: " + remaining);
            }
            for (SnippetEvent event : shell.eval(next.source())) {
                answer(event, answers);
            }
            remaining = next.remaining();
        }
        return answers;
    }

    private void answer(SnippetEvent event, List<String> answers) {
        if (event.status() == Snippet.Status.OVERWRITTEN) {
            return;
        }
        Snippet snippet = event.snippet();
        if (event.status() != Snippet.Status.VALID || event.exception() != null) {
            throw new IllegalArgumentException(snippet.source() + event.exception() + shell.diagnostics(snippet)
                    .map(
                            problem -> problem.getMessage(null))
                    .toList());
        }
        if (snippet instanceof VarSnippet variable && event.value() != null) {
            answers.add(variable.name() + " ==> " + event.value());
        }
    }

    @Override
    public void close() {
        shell.close();
    }
}
