package dev.apiserversource.samples.quickstart;

import java.time.Duration;
import java.util.Set;

/** The course of it: start the scene, perform the play, show what is displayed, and then leave the stage to the user. */
final class Quickstart {

    private final Screen screen;
    private final Parts parts;
    private final Duration starting;
    private final Duration displaying;

    /**
     * Prepares a quickstart.
     *
     * @param parts takes over what is started; to be closed by the caller
     * @param starting how long the source may take to be ready
     * @param displaying how long the events may take to be displayed
     */
    Quickstart(Screen screen, Parts parts, Duration starting, Duration displaying) {
        this.screen = screen;
        this.parts = parts;
        this.starting = starting;
        this.displaying = displaying;
    }

    /**
     * Returns when the events of the play have been displayed.
     *
     * @throws QuickstartException when it does not come to that
     */
    Scene perform(Installation installation) throws InterruptedException {
        Displayed displayed = new Displayed(screen::show, BusyboxPlay.EXPECTED);
        Scene scene = Scene.start(parts, installation, screen, displayed);
        scene.programs().await(scene.cluster().sourcesReady(), starting, "the ApiServerSource was not ready");
        screen.say("the ApiServerSource is ready");
        new BusyboxPlay(scene.client(), screen).perform(starting);
        Set<String> missing = displayed.missingAfter(displaying);
        if (!missing.isEmpty()) {
            throw scene.programs().failed("not displayed within " + displaying.toSeconds() + " s: " + missing);
        }
        screen.say("all events of busybox were displayed");
        return scene;
    }

    /** Leaves everything running for the user's kubectl; returns only by an exception. */
    void stayUp(Scene scene) {
        screen.show("""

                Now it is your turn, in another terminal; Ctrl-C here ends everything.

                  export KUBECONFIG=%s
                  kubectl get apiserversource
                  kubectl run hello --image=busybox --restart=Never -- echo hello
                  kubectl logs hello
                  kubectl get events --watch
                  kubectl delete pod hello

                """.formatted(scene.kubeconfig()));
        throw scene.programs().awaitEnd();
    }
}
