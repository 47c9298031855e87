package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.utils.Serialization;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of this repository that users apply. */
public final class Repository {

    public static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    public static final Path DEPLOY = ROOT.resolve("apiserver-controller/deploy");
    public static final Path SAMPLES = ROOT.resolve("samples/apiserversource");
    public static final Path RBAC = ROOT.resolve("rbac");

    private static final Pattern DOCUMENTS = Pattern.compile("(?m)^---\\s*$");

    private Repository() {}

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The YAML files of a folder, by name. */
    public static List<Path> yamls(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML file, each as text. */
    public static List<String> documents(Path file) {
        return Arrays.stream(DOCUMENTS.split(read(file)))
                .filter(document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
                .toList();
    }

    /** The documents of a YAML file, each as a tree. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> objects(Path file) {
        return documents(file).stream()
                .map(document -> (Map<String, Object>) Serialization.unmarshal(document, Map.class))
                .toList();
    }

    /** The value at a path in a tree of maps. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public static <T> T at(Object tree, String... path) {
        Object node = tree;
        for (String step : path) {
            node = ((Map<String, Object>) node).get(step);
        }
        return (T) node;
    }
}
