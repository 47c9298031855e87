package dev.apiserversource.samples.quickstart;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts the environment, runs the busybox demo in it, and waits until its events have been displayed. */
final class Quickstart {

    private final Console console;
    private final CloseableStack started;
    private final Duration readyTimeout;
    private final Duration displayTimeout;

    /**
     * Creates a quickstart.
     *
     * @param started receives everything that is started; closed by the caller
     * @param readyTimeout how long the source may take to become ready
     * @param displayTimeout how long the events may take to be displayed
     */
    Quickstart(Console console, CloseableStack started, Duration readyTimeout, Duration displayTimeout) {
        this.console = console;
        this.started = started;
        this.readyTimeout = readyTimeout;
        this.displayTimeout = displayTimeout;
    }

    /**
     * Returns the running environment when the events of the demo have been displayed.
     *
     * @throws QuickstartException when one of the timeouts elapses; the message names the cause
     */
    LocalEnvironment run(Installation installation) throws InterruptedException {
        BusyboxDemo demo = new BusyboxDemo(console);
        LocalEnvironment environment = LocalEnvironment.start(started, installation, console, demo::displayed);
        awaitReady(environment);
        console.progress("the ApiServerSource is ready");
        demo.run(environment.client(), readyTimeout);
        Set<String> missing = demo.missingAfter(displayTimeout);
        if (!missing.isEmpty()) {
            throw environment
                    .supervisor()
                    .failure("not displayed within " + displayTimeout.toSeconds() + " s: " + missing);
        }
        console.progress("all events of busybox were displayed");
        return environment;
    }

    /** Shows the user what to try with kubectl. */
    void showNextSteps(LocalEnvironment environment) {
        console.print("""

                Now it is your turn, in another terminal; Ctrl-C here stops everything.

                  export KUBECONFIG=%s
                  kubectl get apiserversource
                  kubectl run hello --image=busybox --restart=Never -- echo hello
                  kubectl logs hello
                  kubectl get events --watch
                  kubectl delete pod hello

                """.formatted(environment.kubeconfig()));
    }

    private void awaitReady(LocalEnvironment environment) throws InterruptedException {
        try {
            environment.sourcesReady().get(readyTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw environment
                    .supervisor()
                    .failure("the ApiServerSource was not ready within " + readyTimeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw environment.supervisor().failure("the ApiServerSource cannot be watched: " + e.getCause());
        }
    }
}
