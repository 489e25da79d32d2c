package cotangent.examples.randomized;

import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of one network.
 *
 * @param index of the network, among those that the peers measured
 */
record KernelProductsReport(String net, KernelProducts kernel, List<KernelProducts.Row> rows, List<KernelPeer> peers,
        int index) {
    private static final int BAR = 12;

    void addTo(Findings findings) {
        findings.line("%s: %d parameters, %d outputs a sample", net, kernel.parameters(), kernel.outputs())
                .table(times())
                .table(costs());
        verdict(findings);
        findings.line("");
    }

    private Table times() {
        List<String> heading = new ArrayList<>(
                List.of("samples", "size of K", "free", "explicit", "explicit / free", ""));
        peers.forEach(peer -> heading.add(peer.name()));
        Table table = Table.of(heading.toArray(String[]::new)).text(5);
        double widest = rows.stream()
                .filter(KernelProducts.Row::written)
                .mapToDouble(KernelProductsReport::ratio)
                .max()
                .orElse(1);
        for (int i = 0; i < rows.size(); i++) {
            KernelProducts.Row row = rows.get(i);
            List<String> cells = new ArrayList<>(
                    List.of(Integer.toString(row.samples()), Integer.toString(row.size()), Table
                            .number(row.free(), 3)));
            if (row.written()) {
                double share = Math.log(1 + ratio(row)) / Math.log(1 + widest);
                cells.addAll(List.of(Table.number(row.explicit(), 3), Table.number(ratio(row), 2), Sparkline.bar(share,
                        BAR)));
            } else {
                cells.addAll(List.of("-", "-", ""));
            }
            for (KernelPeer peer : peers) {
                cells.add(peer.product(index, i));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static double ratio(KernelProducts.Row row) {
        return row.explicit() / row.free();
    }

    private Table costs() {
        Table table = Table.of("samples", "max difference", "to the first product", "to write K out", "pays after",
                "memory, free", "memory, explicit");
        for (KernelProducts.Row row : rows) {
            boolean written = row.written();
            double pays = row.paysAfter();
            table.row(Integer.toString(row.samples()), written ? "%.1e".formatted(row.difference()) : "-",
                    Table.number(row
                            .first(), 3),
                    written ? Table.number(row.write(), 3) : "-", Double.isFinite(pays)
                            ? "%,.0f".formatted(pays)
                            : written ? "never"
                            : "-",
                    bytes(row.freeBytes()), written ? bytes(row.writtenBytes()) : "-");
        }
        return table;
    }

    private static String bytes(long count) {
        return count < 1_000_000 ? "%d kB".formatted(count / 1_000) : "%,.1f MB".formatted(1e-6 * count);
    }

    private void verdict(Findings findings) {
        List<KernelProducts.Row> written = rows.stream().filter(KernelProducts.Row::written).toList();
        List<Integer> won = written.stream().filter(row -> ratio(row) < 1).map(KernelProducts.Row::samples).toList();
        if (written.isEmpty()) {
            return;
        }
        KernelProducts.Row last = written.getLast();
        double largest = written.stream().mapToDouble(KernelProducts.Row::difference).max().orElseThrow();
        findings.line("%s", won.isEmpty() ? "A product without the matrix is the faster at every size."
                : "A product with a matrix that is there already is the faster at N = %s; else without."
                        .formatted(String
                                .join(", ", won.stream().map(String::valueOf).toList())))
                .line("At N = %d the matrix costs %s times the time and %s times the memory. Largest difference: %.1e",
                        last
                                .samples(),
                        Table.number(ratio(last), 2), Table.number((double) last.writtenBytes() / last
                                .freeBytes(), 2),
                        largest)
                .value("largestDifference " + net, largest);
        for (KernelPeer peer : peers) {
            if (peer.ran()) {
                peer(findings, peer);
            }
        }
    }

    private void peer(Findings findings, KernelPeer peer) {
        List<KernelPeer.Times> times = peer.networks().get(index);
        double difference = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 0; i < rows.size(); i++) {
            difference = Math.max(difference, difference(rows.get(i).result(), times.get(i).result()));
            least = Math.min(least, times.get(i).product() / rows.get(i).free());
            most = Math.max(most, times.get(i).product() / rows.get(i).free());
        }
        findings.line("%s takes %s to %s times as long without the matrix; its products differ by %.1e at most",
                peer.name(), Table.number(least, 2), Table.number(most, 2), difference)
                .value("difference %s %s".formatted(peer.name(), net), difference);
        written(findings, times);
    }

    /** The largest kernel that the peer wrote out, if it did. */
    private static void written(Findings findings, List<KernelPeer.Times> times) {
        for (KernelPeer.Times last : times.reversed()) {
            if (last.write() != null && last.explicit() != null) {
                findings.line("  at N = %d it writes K out in %s us, and multiplies by it in %s us", last.samples(),
                        Table
                                .number(last.write(), 3),
                        Table.number(last.explicit(), 3));
                return;
            }
        }
    }

    /** The largest difference over the largest entry; infinite where the products have another size. */
    private static double difference(double[] ours, double... theirs) {
        if (ours.length != theirs.length) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        double size = 0;
        for (int i = 0; i < ours.length; i++) {
            difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
            size = Math.max(size, Math.abs(ours[i]));
        }
        return difference / size;
    }
}
