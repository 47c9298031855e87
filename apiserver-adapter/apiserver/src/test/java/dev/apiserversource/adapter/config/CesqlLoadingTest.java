package dev.apiserversource.adapter.config;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Sources without an expression do not pay for the parser of CloudEvents SQL. */
class CesqlLoadingTest {

    @Test
    void onlyAnExpressionLoadsTheParser() throws Exception {
        assertThat(loadedFor("{\"exact\":{\"type\":\"add\"}}")).isEmpty();
        assertThat(loadedFor("{\"cesql\":\"type = 'add'\"}")).contains("io.cloudevents.sql.Parser");
    }

    /** The classes of the parser and its grammar that reading the configuration loads. */
    private static List<String> loadedFor(String filter) throws Exception {
        try (RecordingLoader loader = new RecordingLoader()) {
            Class.forName(AdapterConfig.class.getName(), true, loader)
                    .getMethod("from", Map.class)
                    .invoke(
                            null,
                            Map.of(
                                    "K_SINK",
                                    "http://sink",
                                    "NAME",
                                    "my-source",
                                    "NAMESPACE",
                                    "my-namespace",
                                    "K_SOURCE_CONFIG",
                                    "{\"allNamespaces\":true,\"resources\":[{\"gvr\":{\"Version\":\"v1\","
                                            + "\"Resource\":\"pods\"}}],\"filters\":[" + filter + "]}"));
            return loader.loaded;
        }
    }

    private static final class RecordingLoader extends URLClassLoader {

        private final List<String> loaded = new ArrayList<>();

        RecordingLoader() {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(RecordingLoader::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }

        private static URL url(String path) {
            try {
                return new File(path).toURI().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("io.cloudevents.sql.") || name.startsWith("org.antlr.")) {
                loaded.add(name);
            }
            return super.findClass(name);
        }
    }
}
