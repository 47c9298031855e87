package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTest {

    @Test
    void readsTheCommandLine() {
        assertThat(Options.parse("--adapter", "a.jar")).isEqualTo(new Options(Path.of("a.jar"), false));
        assertThat(Options.parse("--once", "--adapter", "a.jar")).isEqualTo(new Options(Path.of("a.jar"), true));
    }

    @Test
    void startsTheAdapterFromItsJar() {
        assertThat(Options.parse("--adapter", "a.jar").adapterCommand())
                .endsWith("-jar", "a.jar")
                .first()
                .asString()
                .endsWith("java");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--twice"))
                .withMessage("unknown argument: --twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--once", "--adapter"))
                .withMessage("--adapter and a jar must be given");
    }
}
