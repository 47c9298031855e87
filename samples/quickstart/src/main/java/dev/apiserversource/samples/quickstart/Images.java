package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs that containers can run, in place of images.
 *
 * @param commands by the name of the image, without registry and tag
 */
record Images(Map<String, List<String>> commands) {

    /** Starts the program of {@code container}, with its arguments; empty when its image is not known. */
    Optional<List<String>> command(Container container) {
        return Optional.ofNullable(commands.get(name(container)))
                .map(command -> Stream.concat(command.stream(), container.getArgs().stream())
                        .toList());
    }

    /** The name of the image of {@code container}, without registry, tag and digest. */
    static String name(Container container) {
        String image = container.getImage() == null ? "" : container.getImage();
        String path = image.replaceFirst("@.*", "");
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst(":.*", "");
    }
}
