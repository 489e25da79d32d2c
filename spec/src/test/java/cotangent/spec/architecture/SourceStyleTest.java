package cotangent.spec.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no compiler asks of the sources. */
class SourceStyleTest {

    private static final int LONGEST_FILE = 400;

    /** Register tiles, written out: a vector that is handed to a method of one's own may end up on the heap. */
    private static final Set<String> TILES = Set.of("DoubleStrips.java", "FloatStrips.java");

    static Stream<String> modules() {
        return Project.MODULES.stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyPublicTypeAndMethodHasAComment(String module) throws IOException {
        List<String> bare = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null,
                    files.getJavaFileObjectsFromPaths(Project.javaFiles(Project.sources(module))));
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Uncommented(trees, bare).scan(unit, null);
            }
        }
        assertThat(bare).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noFileIsLong(String module) throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : Project.javaFiles(Project.sources(module))) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                String name = file.getFileName().toString();
                if (count > LONGEST_FILE && !TILES.contains(name)) {
                    tooLong.add(name + " has " + count + " lines");
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    /** Visits what other code can see, and notes what of it says nothing about itself. */
    private static final class Uncommented extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final List<String> bare;

        Uncommented(Trees trees, List<String> bare) {
            this.trees = trees;
            this.bare = bare;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (!isVisible(type.getModifiers())) {
                return null;
            }
            requireComment(type.getSimpleName().toString());
            return super.visitClass(type, unused);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (isVisible(method.getModifiers()) && !isOverride(method) && !isCanonical(method)) {
                requireComment(method.getName().toString());
            }
            return null;
        }

        /** Members of an interface are public unless they say otherwise. */
        private boolean isVisible(ModifiersTree modifiers) {
            TreePath parent = getCurrentPath().getParentPath();
            boolean inInterface = parent.getLeaf().getKind() == Tree.Kind.INTERFACE
                    && !modifiers.getFlags().contains(Modifier.PRIVATE);
            return inInterface || modifiers.getFlags().contains(Modifier.PUBLIC);
        }

        private static boolean isOverride(MethodTree method) {
            return method.getModifiers()
                    .getAnnotations()
                    .stream()
                    .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
        }

        /** A record's own comment speaks for its constructor. */
        private boolean isCanonical(MethodTree method) {
            return method.getName().contentEquals("<init>")
                    && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
        }

        private void requireComment(String name) {
            String comment = trees.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
                long position = trees.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
                bare.add("%s:%d %s".formatted(Path.of(unit.getSourceFile().getName()).getFileName(),
                        unit.getLineMap().getLineNumber(position), name));
            }
        }
    }
}
