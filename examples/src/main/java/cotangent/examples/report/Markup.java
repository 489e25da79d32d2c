package cotangent.examples.report;

/** Text on its way into HTML. */
final class Markup {
    private final StringBuilder text = new StringBuilder();

    /** Adds what is markup already. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    /** Adds an element with text inside and, in front of the closing bracket, attributes that are markup. */
    Markup element(String name, String attributes, String content) {
        text.append('<').append(name).append(attributes.isEmpty() ? "" : " " + attributes).append('>');
        return raw(escaped(content)).raw("</" + name + ">\n");
    }

    /** Adds an element without attributes. */
    Markup element(String name, String content) {
        return element(name, "", content);
    }

    static String escaped(String content) {
        return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
