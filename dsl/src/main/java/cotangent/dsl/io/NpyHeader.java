package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands before the elements of an .npy file (NumPy Enhancement Proposal 1): a magic word, a version, and a Python
 * dictionary of element type, memory order and shape.
 *
 * @param type element type in the file
 * @param order byte order
 * @param columnMajor whether the first index runs fastest ("Fortran order")
 * @param shape the array's extents
 */
record NpyHeader(ElementType type, ByteOrder order, boolean columnMajor, Shape shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** A header is some 100 bytes; this leaves room for 64 axes and much padding. */
    private static final int LONGEST = 1 << 16;
    /** The elements begin at a multiple of this. */
    private static final int ALIGNMENT = 64;

    static NpyHeader read(ByteSource source) throws IOException {
        ByteBuffer start = source.read(MAGIC.length + 2, "the .npy header");
        for (byte expected : MAGIC) {
            if (start.get() != expected) {
                throw source.malformed("expected an .npy file, which starts with \\x93NUMPY; it starts otherwise");
            }
        }
        int major = start.get();
        if (major < 1 || major > 3) {
            throw source.malformed("expected .npy version 1, 2 or 3, got " + Byte.toUnsignedInt((byte) major));
        }
        long length = major == 1 ? Short.toUnsignedLong(source.read(2, "the header's length").getShort())
                : Integer.toUnsignedLong(source.read(4, "the header's length").getInt());
        if (length > LONGEST) {
            throw source.malformed("expected a header of at most %d bytes, it claims %d".formatted(LONGEST, length));
        }
        byte[] text = source.read((int) length, "the header").array();
        return new Dictionary(new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1),
                source).parse();
    }

    /** The header of version 1.0 for row-major, little-endian elements. */
    static byte[] bytes(ElementType type, Shape shape) {
        String extents = String.join(", ", shape.stream().mapToObj(Integer::toString).toList());
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(description(type),
                shape.rank() == 1 ? extents + "," : extents);
        int before = MAGIC.length + 4;
        int padding = Math.floorMod(-(before + dictionary.length() + 1), ALIGNMENT);
        byte[] text = (dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(before + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put(
                        (byte) 0)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    private static String description(ElementType type) {
        return switch (type) {
            case F64 -> "<f8";
            case F32 -> "<f4";
            case I32 -> "<i4";
            case BOOL -> "|b1";
            default -> throw new AssertionError(type);
        };
    }

    /** A reader of the one form of Python dictionary that a header may be; anything else is refused. */
    private static final class Dictionary {
        private final String text;
        private final ByteSource source;
        private int at;
        private String description = "";
        private boolean columnMajor;
        private List<Long> extents = List.of();

        Dictionary(String text, ByteSource source) {
            this.text = text;
            this.source = source;
        }

        NpyHeader parse() {
            List<String> seen = new ArrayList<>();
            expect('{');
            while (!accept('}')) {
                String key = string();
                expect(':');
                value(key);
                if (seen.contains(key)) {
                    throw refused("expected each key once, got " + key + " twice");
                }
                seen.add(key);
                if (!accept(',')) {
                    expect('}');
                    break;
                }
            }
            if (seen.size() != 3) {
                throw refused("expected the keys descr, fortran_order and shape, got " + seen);
            }
            if (!text.substring(at).isBlank()) {
                throw refused("expected nothing after the dictionary");
            }
            return new NpyHeader(type(), byteOrder(), columnMajor, Extents.shape(extents, source));
        }

        private void value(String key) {
            switch (key) {
                case "descr" -> description = description();
                case "fortran_order" -> columnMajor = truth();
                case "shape" -> extents = tuple();
                default -> throw refused("expected the keys descr, fortran_order and shape, got " + Quote.of(key));
            }
        }

        private String description() {
            if (peek() == '[') {
                throw refused("expected a plain element type, got a structured one; save each field by itself");
            }
            return string();
        }

        private boolean truth() {
            peek();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw refused("expected True or False for fortran_order");
        }

        private List<Long> tuple() {
            List<Long> numbers = new ArrayList<>();
            expect('(');
            while (!accept(')')) {
                numbers.add(number());
                if (!accept(',')) {
                    expect(')');
                    break;
                }
            }
            return numbers;
        }

        private long number() {
            peek();
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            // 18 digits fit a long; what is longer is refused as a shape, too.
            if (at == start || at - start > 18) {
                throw refused("expected extents of 1 to 18 digits in the shape");
            }
            long number = Long.parseLong(text, start, at, 10);
            // Python 2 wrote long integers as 3L.
            accept('L');
            return number;
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw refused("expected a quoted text");
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw refused("expected a closing quote");
            }
            String string = text.substring(at + 1, end);
            at = end + 1;
            return string;
        }

        /** The next character that is not white space, or 0 at the end. */
        private char peek() {
            while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean accept(char c) {
            if (peek() != c || at >= text.length()) {
                return false;
            }
            at++;
            return true;
        }

        private void expect(char c) {
            if (!accept(c)) {
                throw refused("expected " + c);
            }
        }

        private InvalidDataException refused(String what) {
            return source.malformed("malformed .npy header: %s (at character %d of %s)".formatted(what, at, Quote.of(
                    text)));
        }

        private ByteOrder byteOrder() {
            return description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }

        private ElementType type() {
            String code = description.isEmpty() || "<>|=".indexOf(description.charAt(0)) < 0 ? description
                    : description.substring(1);
            ElementType type = switch (code) {
                case "f8" -> ElementType.F64;
                case "f4" -> ElementType.F32;
                case "i8" -> ElementType.I64;
                case "i4" -> ElementType.I32;
                case "i2" -> ElementType.I16;
                case "i1" -> ElementType.I8;
                case "u8" -> ElementType.U64;
                case "u4" -> ElementType.U32;
                case "u2" -> ElementType.U16;
                case "u1" -> ElementType.U8;
                case "b1" -> ElementType.BOOL;
                default -> throw source.malformed(advice(code));
            };
            boolean ordered = "<>=".indexOf(description.charAt(0)) >= 0;
            if (type.bytes() > 1 && !ordered) {
                throw source.malformed("expected a byte order with the element type, got " + Quote.of(description));
            }
            return type;
        }

        private String advice(String code) {
            String expected = "expected elements of type f4, f8, i1 to i8, u1 to u8 or b1, got " + Quote.of(
                    description);
            return expected + switch (code.isEmpty() ? ' ' : code.charAt(0)) {
                case 'f' -> "; save the array with .astype('float32') or .astype('float64')";
                case 'c' -> "; save the real and the imaginary part as arrays of their own";
                case 'O' -> "; pickled Python objects are never loaded";
                default -> "";
            };
        }
    }
}
