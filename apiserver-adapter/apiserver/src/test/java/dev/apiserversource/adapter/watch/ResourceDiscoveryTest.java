package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ResourceDiscoveryTest {

    private static final String LIST = """
            {"kind":"APIResourceList","groupVersion":"zoo.example/v1","resources":[
              {"name":"oxen","singularName":"ox","namespaced":true,"kind":"Ox","verbs":["get","list","watch"],
               "shortNames":["o"]},
              {"name":"oxen/status","singularName":"","namespaced":true,"kind":"Ox","verbs":["get","patch","update"]},
              {"name":"geese","singularName":"goose","namespaced":false,"kind":"Goose","verbs":["list","watch"]},
              {"name":"bases","singularName":"","namespaced":true,"kind":"Bus","verbs":["list","watch"]},
              {"name":"skies","singularName":"","namespaced":true,"kind":"Sky","verbs":["list","watch"]},
              {"name":"reviews","singularName":"review","namespaced":false,"kind":"Review","verbs":["create"]},
              {"name":"review","singularName":"","namespaced":false,"kind":"Odd","verbs":["list","watch"]}]}""";

    private static ResourceDiscovery.Result select(String name) throws JsonProcessingException {
        return ResourceDiscovery.select(
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
    void findsResourcesByPluralSingularKindAndGuess(String name, String plural) throws Exception {
        assertThat(select(name)).isInstanceOfSatisfying(ResourceDiscovery.Result.Found.class, found -> assertThat(
                        found.type().plural())
                .isEqualTo(plural));
    }

    @Test
    void returnsTheFieldsOfTheDiscoveryDocument() throws Exception {
        ResourceType geese = new ResourceType("zoo.example", "v1", "geese", "Goose", false);

        assertThat(select("gooses")).isEqualTo(new ResourceDiscovery.Result.Found(geese));
    }

    @Test
    void aResourceWithoutWatchIsNotFoundWithItsVerbs() throws Exception {
        assertThat(select("reviews"))
                .isEqualTo(new ResourceDiscovery.Result.NotFound(
                        "zoo.example/v1/reviews cannot be watched: its verbs are [create]"));
    }

    @ParameterizedTest
    @CsvSource({"oxen/status", "unicorns", "o"})
    void subresourcesShortNamesAndUnknownNamesAreNotFound(String name) throws Exception {
        assertThat(select(name))
                .isEqualTo(
                        new ResourceDiscovery.Result.NotFound("the API server has no resource zoo.example/v1/" + name));
    }

    @Test
    void aDocumentThatIsNotAListHasNoResource() throws Exception {
        assertThat(ResourceDiscovery.select(
                        new RequestedResource("", "v1", "pods", ""), new ObjectMapper().readTree("{\"a\":1}")))
                .isInstanceOf(ResourceDiscovery.Result.NotFound.class);
    }
}
