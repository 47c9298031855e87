package dev.apiserversource.samples.quickstart;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts the environment, runs a demo in it, and waits until its events have been displayed. */
final class Quickstart {

    private final Demo demo;
    private final Console console;
    private final CloseableStack started;
    private final Duration readyTimeout;
    private final Duration displayTimeout;

    /**
     * Creates a quickstart.
     *
     * @param started receives everything that is started; closed by the caller
     * @param readyTimeout how long the sources may take to become ready
     * @param displayTimeout how long the events may take to be displayed
     */
    Quickstart(Demo demo, Console console, CloseableStack started, Duration readyTimeout, Duration displayTimeout) {
        this.demo = demo;
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
        BusyboxDemo busybox = new BusyboxDemo(console, demo.expected());
        LocalEnvironment environment = LocalEnvironment.start(started, installation, demo, console, busybox::displayed);
        awaitReady(environment);
        console.progress(ofAll() ? "all sources are ready" : "the ApiServerSource is ready");
        busybox.run(environment.client(), readyTimeout);
        Set<String> missing = busybox.missingAfter(displayTimeout);
        if (!missing.isEmpty()) {
            throw environment
                    .supervisor()
                    .failure("not displayed within " + displayTimeout.toSeconds() + " s: " + missing);
        }
        console.progress("all events of busybox were displayed" + (ofAll() ? ", and some of every other source" : ""));
        return environment;
    }

    private boolean ofAll() {
        return demo.equals(Demo.ALL);
    }

    /** Shows the user what to try with kubectl. */
    void showNextSteps(LocalEnvironment environment) {
        console.print("""

                Now it is your turn, in another terminal; Ctrl-C here stops everything.

                  export KUBECONFIG=%s
                  kubectl get %s
                  kubectl run hello --image=busybox --restart=Never -- echo hello
                  kubectl logs hello
                  kubectl get events --watch
                  kubectl delete pod hello

                The events, live in your browser: %s

                """.formatted(environment.kubeconfig(), demo.plurals(), environment.viewer()));
    }

    private void awaitReady(LocalEnvironment environment) throws InterruptedException {
        try {
            environment.sourcesReady(demo).get(readyTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw environment
                    .supervisor()
                    .failure("the sources were not ready within " + readyTimeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw environment.supervisor().failure("the sources cannot be watched: " + e.getCause());
        }
    }
}
