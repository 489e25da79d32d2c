package cotangent.dsl.io;

import cotangent.dsl.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the elements of a .safetensors file: a length of 8 bytes, then that many bytes of JSON.
 *
 * @param tensors where each tensor lies, in the order of the header
 * @param metadata texts under the name {@code __metadata__}
 */
record SafetensorsHeader(List<Entry> tensors, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    /** Far above the headers of the largest models in use; bounds what the parsed header can take. */
    private static final long LONGEST = 16L << 20;
    private static final int ALIGNMENT = 8;

    /**
     * One tensor's place.
     *
     * @param name its name
     * @param type element type in the file
     * @param shape its extents
     * @param begin offset of its first byte after the header
     */
    record Entry(String name, ElementType type, Shape shape, long begin) {
        long end() {
            return begin + (long) shape.size() * type.bytes();
        }
    }

    static SafetensorsHeader read(ByteSource source) throws IOException {
        long length = source.read(Long.BYTES, "the header's length").getLong();
        if (length < 0 || length > LONGEST) {
            throw source.malformed("expected a header of at most %d bytes, it claims %s; is it a .safetensors file?"
                    .formatted(LONGEST, Long.toUnsignedString(length)));
        }
        Map<String, Object> json = Json.object(text(source.read((int) length, "the header"), source), source);
        Map<String, String> metadata = metadata(json.remove(METADATA), source);
        List<Entry> tensors = new ArrayList<>();
        for (Map.Entry<String, Object> member : json.entrySet()) {
            tensors.add(entry(member.getKey(), member.getValue(), source));
        }
        requireSeamless(tensors, source);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static String text(ByteBuffer bytes, ByteSource source) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            throw source.malformed("expected a header in UTF-8");
        }
    }

    private static Map<String, String> metadata(@Nullable Object json, ByteSource source) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (json instanceof Map<?, ?> members) {
            members.forEach((name, value) -> {
                if (!(value instanceof String text)) {
                    throw source.malformed("expected texts under __metadata__, got " + Quote.of(String.valueOf(value)));
                }
                metadata.put((String) name, text);
            });
        } else if (json != null) {
            throw source.malformed("expected an object under __metadata__");
        }
        return metadata;
    }

    private static Entry entry(String name, Object json, ByteSource source) {
        if (!(json instanceof Map<?, ?> members) || !members.keySet()
                .equals(Set.of("dtype", "shape",
                        "data_offsets"))) {
            throw source.malformed("expected dtype, shape and data_offsets for tensor " + Quote.of(name));
        }
        List<Long> offsets = numbers(members.get("data_offsets"), name, source);
        if (offsets.size() != 2) {
            throw source.malformed("expected two data_offsets for tensor %s, got %s".formatted(Quote.of(name), offsets
                    .size()));
        }
        Entry entry = new Entry(name, type(members.get("dtype"), name, source), Extents.shape(numbers(members.get(
                "shape"), name, source), source), offsets.getFirst());
        if (entry.end() != offsets.getLast()) {
            throw source
                    .malformed("expected tensor %s of shape %s to end at byte %d, the header says %d".formatted(Quote
                            .of(name), entry.shape(), entry.end(), offsets.getLast()));
        }
        return entry;
    }

    private static ElementType type(@Nullable Object json, String name, ByteSource source) {
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(json)) {
                return type;
            }
        }
        throw source.malformed("expected one of %s as dtype of tensor %s, got %s".formatted(List.of(ElementType
                .values()), Quote.of(name), Quote.of(String.valueOf(json))));
    }

    private static List<Long> numbers(@Nullable Object json, String name, ByteSource source) {
        List<Long> numbers = new ArrayList<>();
        if (json instanceof List<?> elements) {
            for (Object element : elements) {
                if (element instanceof Long number) {
                    numbers.add(number);
                }
            }
            if (numbers.size() == elements.size()) {
                return numbers;
            }
        }
        throw source.malformed("expected a list of integers in the entry of tensor " + Quote.of(name));
    }

    /** The tensors, in the order of their bytes, follow each other without gap or overlap from start to end. */
    private static void requireSeamless(List<Entry> tensors, ByteSource source) {
        long end = 0;
        for (Entry tensor : inFileOrder(tensors)) {
            if (tensor.begin() != end) {
                throw source.malformed("expected tensors one after the other, tensor %s begins at byte %d and not at %d"
                        .formatted(Quote.of(tensor.name()), tensor.begin(), end));
            }
            end = tensor.end();
        }
        if (end != source.remaining()) {
            throw source.malformed("expected %d bytes after the header, got %d".formatted(end, source.remaining()));
        }
    }

    static List<Entry> inFileOrder(List<Entry> tensors) {
        return tensors.stream().sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)).toList();
    }

    /** The length and the JSON, padded so that the elements begin at a multiple of 8. */
    byte[] bytes() {
        List<String> members = new ArrayList<>();
        if (!metadata.isEmpty()) {
            members.add(Json.quoted(METADATA) + ":{" + String.join(",", metadata.entrySet()
                    .stream()
                    .map(text -> Json
                            .quoted(text.getKey()) + ":" + Json.quoted(text.getValue()))
                    .toList()) + "}");
        }
        for (Entry tensor : tensors) {
            members.add("%s:{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}".formatted(Json.quoted(tensor
                    .name()), tensor.type(), String.join(",",
                            tensor.shape()
                                    .stream()
                                    .mapToObj(Integer::toString)
                                    .toList()),
                    tensor.begin(), tensor.end()));
        }
        byte[] json = ("{" + String.join(",", members) + "}").getBytes(StandardCharsets.UTF_8);
        int padding = Math.floorMod(-json.length, ALIGNMENT);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + padding)
                .order(
                        ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length + padding)
                .put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }
}
