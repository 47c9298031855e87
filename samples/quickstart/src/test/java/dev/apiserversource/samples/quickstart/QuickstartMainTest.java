package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.QuickstartMain.Options;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QuickstartMainTest {

    @Test
    void parsesTheArguments() {
        assertThat(Options.parse("--repository", "here")).isEqualTo(new Options(Path.of("here"), false));
        assertThat(Options.parse("--once", "--repository", "here")).isEqualTo(new Options(Path.of("here"), true));
    }

    @Test
    void namesTheArgumentThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--twice"))
                .withMessage("unknown argument: --twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--once", "--repository"))
                .withMessage("--repository and a folder must be given");
    }
}
