package cotangent.dsl.io;

/** Text from a file as an error may show it: short, and without characters that would disturb a terminal. */
final class Quote {
    private static final int LONGEST = 80;

    private Quote() {}

    static String of(String text) {
        String head = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return '"' + head.strip().replaceAll("[^\\x20-\\x7e]", "?") + '"';
    }
}
