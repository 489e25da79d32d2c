package cotangent.examples.randomized;

import cotangent.dsl.Params;
import cotangent.dsl.io.Npz;
import cotangent.examples.experiment.PythonScript;
import cotangent.examples.plot.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What another framework in Python takes for products with the same kernels.
 *
 * @param name     who, with its version; where it did not run, the framework's name
 * @param absence  why it did not run; empty if it did
 * @param networks for each network one measurement for each number of samples
 */
record KernelPeer(String name, String absence, List<List<Times>> networks) {
    private static final PythonScript SCRIPT = PythonScript.of(KernelPeer.class, Duration.ofMinutes(5),
            "kernel_products.py");
    private static final int LONGEST_REASON = 60;

    /**
     * Microseconds, and the product.
     *
     * @param product  without the matrix
     * @param write    the matrix written out; null where it was not
     * @param explicit a product with it; null where it was not
     * @param result   the product with the vector that all were given
     */
    record Times(int samples, double product, @Nullable Double write, @Nullable Double explicit, double[] result) {
        private static Times of(JsonNode row) {
            double[] result = StreamSupport.stream(row.get("result").spliterator(), false)
                    .mapToDouble(JsonNode::asDouble)
                    .toArray();
            return new Times(row.get("samples").asInt(), row.get("product").asDouble(), number(row, "write"),
                    number(row,
                            "explicit"),
                    result);
        }

        /** The times, for JSON. */
        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>(Map.of("samples", samples, "product", product));
            if (write != null && explicit != null) {
                values.putAll(Map.of("write", write, "explicit", explicit));
            }
            return values;
        }

        private static @Nullable Double number(JsonNode row, String name) {
            JsonNode value = row.get(name);
            return value == null ? null : value.asDouble();
        }
    }

    /**
     * Runs the framework, where the interpreter has it.
     *
     * @param framework jax or torch
     * @param cases     for each network W1, b1, ..., inputs x and vectors v
     * @param largest   number of samples for which the matrix is written out
     */
    static KernelPeer run(String framework, String python, double millis, int[] samples, int largest,
            List<Params> cases) {
        String title = framework.equals("jax") ? "JAX" : "PyTorch";
        try {
            Path folder = Files.createTempDirectory("cotangent-peer");
            try {
                List<String> arguments = arguments(framework, millis, samples, largest, cases, folder);
                return run(python, arguments, samples.length, cases.size());
            } finally {
                delete(folder);
            }
        } catch (IOException absent) {
            String reason = String.valueOf(absent.getMessage());
            return new KernelPeer(title, reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..."
                    : reason, List.of());
        }
    }

    private static KernelPeer run(String python, List<String> arguments, int samples, int networks) throws IOException {
        JsonNode found = SCRIPT.run(python, arguments);
        List<List<Times>> times = new ArrayList<>();
        for (JsonNode rows : found.path("networks")) {
            times.add(StreamSupport.stream(rows.spliterator(), false).map(Times::of).toList());
        }
        if (times.size() != networks || times.stream().anyMatch(rows -> rows.size() != samples)) {
            throw new IOException("it answers something else than it was asked");
        }
        return new KernelPeer(found.path("peer").asString(), "", times);
    }

    private static List<String> arguments(String framework, double millis, int[] samples, int largest,
            List<Params> cases,
            Path folder) {
        List<String> arguments = new ArrayList<>(List.of(framework, Integer.toString(Runtime.getRuntime()
                .availableProcessors()), Double.toString(millis), Arrays.stream(samples)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",")),
                Integer.toString(largest)));
        for (Params values : cases) {
            Path file = folder.resolve(arguments.size() + ".npz");
            Npz.write(file, values);
            arguments.add(file.toString());
        }
        return arguments;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    boolean ran() {
        return absence.isEmpty();
    }

    /** Microseconds of a product without the matrix, as text. */
    String product(int network, int row) {
        return ran() ? Table.number(networks.get(network).get(row).product, 3) : "-";
    }
}
