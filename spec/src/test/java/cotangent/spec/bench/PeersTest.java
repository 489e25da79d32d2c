package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** That nothing but the profile {@code bench} downloads a peer. */
class PeersTest {

    private static final List<String> PEERS = List.of("org.bytedeco", "org.ejml", "org.ojalgo", "org.hipparchus",
            "dev.ludovic.netlib");

    @ParameterizedTest
    @ValueSource(strings = {".", "dsl", "linalg", "tornado", "examples", "spec"})
    void aPeerIsADependencyOfTheProfileOnly(String module) throws Exception {
        Document pom = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(Path.of("..", module, "pom.xml")
                .toFile());
        List<String> profiles = new ArrayList<>();
        NodeList groups = pom.getElementsByTagName("groupId");
        for (int i = 0; i < groups.getLength(); i++) {
            if (PEERS.contains(groups.item(i).getTextContent().strip())) {
                profiles.add(profile(groups.item(i)));
            }
        }
        if (module.equals("spec")) {
            assertThat(profiles).isNotEmpty().containsOnly("bench");
        } else {
            assertThat(profiles).isEmpty();
        }
    }

    /** The profile that an element stands in, or nothing. */
    private static String profile(Node node) {
        for (Node parent = node.getParentNode(); parent instanceof Element element; parent = parent.getParentNode()) {
            if (element.getTagName().equals("profile")) {
                return element.getElementsByTagName("id").item(0).getTextContent();
            }
        }
        return "";
    }
}
