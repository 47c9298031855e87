package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.QuickstartMain.Options;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QuickstartMainTest {

    @Test
    void parsesTheArguments() {
        Path here = Path.of("here");
        assertThat(Options.parse("--repository", "here")).isEqualTo(new Options(here, Demo.BUSYBOX, false));
        assertThat(Options.parse("--once", "--repository", "here")).isEqualTo(new Options(here, Demo.BUSYBOX, true));
        assertThat(Options.parse("--all", "--repository", "here", "--once"))
                .isEqualTo(new Options(here, Demo.ALL, true));
    }

    @Test
    void namesTheArgumentThatIsWrongAndTheRemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--twice"))
                .withMessage("unknown argument: --twice; give --all, --once, both or none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--once", "--repository"))
                .withMessage("--repository and a folder must be given");
    }

    @Test
    void theScriptRefusesAnUnknownArgumentBeforeItBuilds() throws Exception {
        Process run = new ProcessBuilder("./run", "--al").start();

        assertThat(run.waitFor()).isEqualTo(2);
        assertThat(run.errorReader().readLine())
                .isEqualTo(
                        "quickstart: unknown argument: --al; give --all (every source), --once (exit when displayed),"
                                + " both or none");
        assertThat(run.inputReader().readLine()).isNull();
    }
}
