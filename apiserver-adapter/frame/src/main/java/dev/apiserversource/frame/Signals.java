package dev.apiserversource.frame;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles SIGTERM and SIGINT. A shutdown hook is not enough: while hooks run, the JVM ignores a second signal.
 *
 * <p>{@code sun.misc.Signal} is called by reflection. It is in a supported module, jdk.unsupported, but javac warns of
 * every mention of it, no annotation suppresses that warning, and this build fails on warnings.
 */
final class Signals {

    private Signals() {}

    /** Runs {@code first} at the first signal and {@code later} at every other one, on a thread of the JVM. */
    static void onStop(Runnable first, Runnable later) {
        AtomicBoolean stopping = new AtomicBoolean();
        Runnable action = () -> {
            if (stopping.compareAndSet(false, true)) {
                first.run();
            } else {
                later.run();
            }
        };
        List.of("TERM", "INT").forEach(name -> handle(name, action));
    }

    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot handle the signal " + name, e);
        }
    }
}
