package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.io.Npz;
import cotangent.dsl.io.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The tensors in an .npz or .safetensors file. */
public final class ParameterFile {
    private ParameterFile() {}

    /**
     * All of them by name, groups as dotted names, as they are.
     *
     * @throws InvalidDataException if the file is malformed or of another kind
     */
    public static Map<String, Tensor> read(Path file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (named(file, ".npz")) {
            flatten("", Npz.read(file), tensors);
        } else if (named(file, ".safetensors")) {
            flatten("", Safetensors.read(file), tensors);
        } else {
            throw new InvalidDataException(file + ": expected parameters in a file named .npz or .safetensors");
        }
        return tensors;
    }

    /**
     * The texts that a .safetensors file carries beside its tensors; an .npz file has none.
     *
     * @throws InvalidDataException if the file is malformed
     */
    public static Map<String, String> texts(Path file) {
        return named(file, ".safetensors") ? Safetensors.readMetadata(file) : Map.of();
    }

    /**
     * A tensor as models take it: F32 or F64, finite, and without loss.
     *
     * @param what names it in messages
     * @throws InvalidDataException if it holds truth values, a number that is not finite, or one that the type cannot hold
     */
    public static Tensor floating(Tensor tensor, DType dtype, String what) {
        return FloatingArrays.convert(tensor, dtype, what);
    }

    private static boolean named(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    private static void flatten(String prefix, Tree tree, Map<String, Tensor> tensors) {
        if (tree instanceof Params group) {
            group.entries()
                    .forEach((name, entry) -> flatten(prefix.isEmpty() ? name : prefix + "." + name, entry,
                            tensors));
        } else {
            tensors.put(prefix, tree.asTensor());
        }
    }
}
