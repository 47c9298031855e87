package dev.apiserversource.frame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The JVM of this test stands for one that rejects its cache: it was started without one. */
class AotCacheTest {

    private static final String WITHOUT = "mixed mode";

    @TempDir
    private Path folder;

    /** Is started with class data sharing or without. */
    static final class Program {

        public static void main(String[] args) {
            System.out.println(AotCache.problem(args[0], System.getProperty("java.vm.info")));
        }
    }

    private static String run(String sharing, Path file) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        sharing,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private Path cache() throws IOException {
        return Files.writeString(folder.resolve("adapter.aot"), "not one");
    }

    @Test
    void isNoProblemWhenNoneIsNamed() {
        assertThat(AotCache.problem("", WITHOUT)).isEmpty();
    }

    @Test
    void saysThatTheFileIsMissing() {
        String file = folder.resolve("adapter.aot").toString();

        assertThat(AotCache.problem(file, WITHOUT)).contains(file + " cannot be read; this image was built without it");
    }

    @Test
    void saysThatTheJvmRejectedIt() throws IOException {
        assertThat(AotCache.problem(cache().toString(), WITHOUT))
                .hasValueSatisfying(why -> assertThat(why).contains("made with other options"));
    }

    @Test
    void theVirtualMachineSaysWhetherItSharesClassData() throws Exception {
        assertThat(run("-Xshare:auto", cache())).isEqualToIgnoringNewLines("Optional.empty");
        assertThat(run("-Xshare:off", cache())).contains("made with other options");
    }
}
