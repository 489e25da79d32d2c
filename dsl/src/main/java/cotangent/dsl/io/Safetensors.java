package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes .safetensors files, the format of the Hugging Face hub for named tensors.
 *
 * <p>F16 and BF16 become F32, integers of any width I32, refused if one does not fit. Names with dots become nested
 * groups, and back. NaN and infinity are data like any other here.
 */
public final class Safetensors {
    private Safetensors() {}

    /**
     * The tensors in a file, in the order of its header; dotted names become groups.
     *
     * @throws InvalidDataException if there is no such file or it is malformed: tensors that overlap, leave gaps or end
     *         elsewhere than the file does, names that come twice, a dtype not known
     */
    public static Params read(Path path) {
        try (ByteSource source = ByteSource.open(path)) {
            SafetensorsHeader header = SafetensorsHeader.read(source);
            Map<String, Tensor> read = new HashMap<>();
            for (SafetensorsHeader.Entry entry : SafetensorsHeader.inFileOrder(header.tensors())) {
                read.put(entry.name(), entry.type().read(source, entry.shape(), ByteOrder.LITTLE_ENDIAN));
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            header.tensors().forEach(entry -> tensors.computeIfAbsent(entry.name(), read::get));
            return Names.nest(tensors, path.toString());
        } catch (IOException failure) {
            throw ByteSource.unreadable(path, failure);
        }
    }

    /**
     * The texts that a file carries beside its tensors; reads no tensor.
     *
     * @throws InvalidDataException as {@link #read}
     */
    public static Map<String, String> readMetadata(Path path) {
        try (ByteSource source = ByteSource.open(path)) {
            return Collections.unmodifiableMap(SafetensorsHeader.read(source).metadata());
        } catch (IOException failure) {
            throw ByteSource.unreadable(path, failure);
        }
    }

    /**
     * Writes parameters, groups as dotted names; the file is there whole or not at all. A group without entries leaves
     * no trace.
     *
     * @throws InvalidDataException if a name cannot be that of a tensor in the file
     * @throws WriteFailedException if the file cannot be written
     */
    public static void write(Path path, Params params) {
        write(path, params, Map.of());
    }

    /**
     * Writes parameters and texts beside them.
     *
     * @throws InvalidDataException if a name cannot be that of a tensor in the file
     * @throws WriteFailedException if the file cannot be written
     */
    public static void write(Path path, Params params, Map<String, String> metadata) {
        Map<String, Tensor> tensors = Names.flatten(params, path.toString());
        if (tensors.containsKey("__metadata__")) {
            throw new InvalidDataException(path + ": no tensor can be named __metadata__ in a .safetensors file");
        }
        List<Map.Entry<String, Tensor>> inFileOrder = new ArrayList<>(tensors.entrySet());
        // Wide elements first, so that each tensor begins at a multiple of its elements' width.
        inFileOrder.sort(Comparator.comparingInt(tensor -> -tensor.getValue().dtype().bytes()));
        Map<String, SafetensorsHeader.Entry> places = new HashMap<>();
        long at = 0;
        for (Map.Entry<String, Tensor> tensor : inFileOrder) {
            SafetensorsHeader.Entry place = new SafetensorsHeader.Entry(tensor.getKey(),
                    ElementType.of(tensor.getValue()
                            .dtype()),
                    tensor.getValue().shape(), at);
            places.put(tensor.getKey(), place);
            at = place.end();
        }
        List<SafetensorsHeader.Entry> inOrder = new ArrayList<>();
        tensors.keySet().forEach(name -> inOrder.add(places.get(name)));
        AtomicFile.write(path, stream -> {
            stream.write(new SafetensorsHeader(inOrder, metadata).bytes());
            for (Map.Entry<String, Tensor> tensor : inFileOrder) {
                ElementType.write(tensor.getValue(), stream);
            }
        });
    }
}
