package dev.apiserversource.loadtests.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts the receive adapter: that of its image, with the image's runtime and AOT cache, where the
 * system property {@code adapter.command} has what {@code .ci/adapter-image command} prints, else {@code java -jar}.
 */
public final class AdapterCommand {

    private static final String PROPERTY = "adapter.command";

    private AdapterCommand() {}

    /**
     * The words of the command.
     *
     * @param jar path of the jar, for {@code java -jar}
     * @param jvmArguments further ones. They come last, so that they replace equal ones of the image.
     */
    public static List<String> of(String jar, List<String> jvmArguments) {
        return of(System.getProperty(PROPERTY, ""), jar, jvmArguments);
    }

    static List<String> of(String image, String jar, List<String> jvmArguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(
                image.isEmpty()
                        ? List.of(java, "-jar", jar)
                        : List.of(image.trim().split("\\s+", -1)));
        int program = Math.max(command.indexOf("-jar"), command.indexOf("-cp"));
        if (program < 0) {
            throw new IllegalArgumentException(PROPERTY + ": neither -jar nor -cp in " + image);
        }
        command.addAll(program, jvmArguments);
        return command;
    }
}
