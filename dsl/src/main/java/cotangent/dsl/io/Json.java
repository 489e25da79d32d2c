package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As much of JSON (RFC 8259) as a .safetensors header may use: objects, arrays, strings and integers without a sign.
 * Objects become {@link Map}s, arrays {@link List}s, integers {@link Long}s. Whatever else, and every name that comes
 * twice, is refused.
 */
final class Json {
    private static final int DEEPEST = 8;
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private final ByteSource source;
    private int at;

    private Json(String text, ByteSource source) {
        this.text = text;
        this.source = source;
    }

    /** The object that the text is. */
    static Map<String, Object> object(String text, ByteSource source) {
        Json json = new Json(text, source);
        json.expect('{');
        Map<String, Object> object = json.members(1);
        if (json.peek() != 0 || json.at < text.length()) {
            throw json.refused("the end");
        }
        return object;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw refused("at most " + DEEPEST + " levels");
        }
        char next = peek();
        if (next == '"') {
            return string();
        }
        if (accept('{')) {
            return members(depth);
        }
        return accept('[') ? elements(depth) : integer();
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (accept('}')) {
            return members;
        }
        do {
            peek();
            String name = string();
            expect(':');
            if (members.putIfAbsent(name, value(depth + 1)) != null) {
                throw refused("each name once, not " + Quote.of(name) + " again,");
            }
        } while (accept(','));
        expect('}');
        return members;
    }

    private List<Object> elements(int depth) {
        List<Object> elements = new ArrayList<>();
        if (accept(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (accept(','));
        expect(']');
        return elements;
    }

    private Long integer() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        // 18 digits fit a long, and are more than any file has bytes.
        boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
        if (at == start || at - start > 18 || leadingZero) {
            throw refused("an integer of at most 18 digits, a text, an array or an object");
        }
        return Long.parseLong(text, start, at, 10);
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw refused("a quoted text");
        }
        at++;
        StringBuilder string = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw refused("no control character in a text");
            }
            string.append(c == '\\' ? escape() : c);
        }
        return string.toString();
    }

    private char escape() {
        char c = next();
        if (c != 'u') {
            int known = ESCAPES.indexOf(c);
            if (known < 0) {
                throw refused("a known escape");
            }
            return ESCAPED.charAt(known);
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char digit = next();
            if (digit > 'f' || Character.digit(digit, 16) < 0) {
                throw refused("four hexadecimal digits");
            }
            code = 16 * code + Character.digit(digit, 16);
        }
        return (char) code;
    }

    private char next() {
        if (at >= text.length()) {
            throw refused("a closing quote");
        }
        return text.charAt(at++);
    }

    /** The next character that is not white space, or 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw refused(String.valueOf(c));
        }
    }

    private InvalidDataException refused(String expected) {
        String rest = text.substring(Math.min(at, text.length()));
        return source.malformed("malformed header: expected %s at character %d, where %s stands".formatted(expected, at,
                rest.isEmpty() ? "the end" : Quote.of(rest)));
    }

    /** A text as JSON writes it. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int known = ESCAPED.indexOf(c);
            if (known >= 0 && c != '/') {
                json.append('\\').append(ESCAPES.charAt(known));
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
