package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryTest {

    private static final String LIST = """
            {"kind":"APIResourceList","groupVersion":"zoo.example/v1","resources":[
              {"name":"oxen","singularName":"ox","namespaced":true,"kind":"Ox","verbs":["get","list","watch"],"shortNames":["o"]},
              {"name":"oxen/status","singularName":"","namespaced":true,"kind":"Ox","verbs":["get","patch","update"]},
              {"name":"geese","singularName":"goose","namespaced":false,"kind":"Goose","verbs":["list","watch"]},
              {"name":"bases","singularName":"","namespaced":true,"kind":"Bus","verbs":["list","watch"]},
              {"name":"skies","singularName":"","namespaced":true,"kind":"Sky","verbs":["list","watch"]},
              {"name":"reviews","singularName":"review","namespaced":false,"kind":"Review","verbs":["create"]},
              {"name":"review","singularName":"","namespaced":false,"kind":"Odd","verbs":["list","watch"]}]}""";

    private static Discovery.Answer choose(String name) throws JsonProcessingException {
        return Discovery.choose(
                new RequestedResource("zoo.example", "v1", name, ""), new ObjectMapper().readTree(LIST));
    }

    @ParameterizedTest
    @CsvSource({
        "oxen, oxen",
        "oxs, oxen",
        "ox, oxen",
        "Ox, oxen",
        "OXEN, oxen",
        "geese, geese",
        "gooses, geese",
        "Goose, geese",
        "buses, bases",
        "bus, bases",
        "sky, skies",
        "review, review"
    })
    void findsTheResourceBehindPluralsSingularsKindsAndGuesses(String name, String plural) throws Exception {
        assertThat(choose(name)).isInstanceOfSatisfying(Discovery.Answer.Found.class, found -> assertThat(
                        found.type().plural())
                .isEqualTo(plural));
    }

    @Test
    void takesOverWhatDiscoverySays() throws Exception {
        assertThat(choose("gooses"))
                .isEqualTo(new Discovery.Answer.Found(new ResourceType("zoo.example", "v1", "geese", "Goose", false)));
    }

    @Test
    void whatCannotBeWatchedIsMissingAndSaysWhy() throws Exception {
        assertThat(choose("reviews"))
                .isEqualTo(new Discovery.Answer.Missing(
                        "zoo.example/v1/reviews cannot be watched: its verbs are [create]"));
    }

    @ParameterizedTest
    @CsvSource({"oxen/status", "unicorns", "o"})
    void subresourcesShortNamesAndStrangersAreMissing(String name) throws Exception {
        assertThat(choose(name))
                .isEqualTo(new Discovery.Answer.Missing("the API server has no resource zoo.example/v1/" + name));
    }

    @Test
    void anAnswerThatIsNoListHasNothing() throws Exception {
        assertThat(Discovery.choose(
                        new RequestedResource("", "v1", "pods", ""), new ObjectMapper().readTree("{\"a\":1}")))
                .isInstanceOf(Discovery.Answer.Missing.class);
    }
}
