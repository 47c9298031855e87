package dev.apiserversource.frame;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT. A shutdown hook would not do: while hooks run, the JVM ignores a second signal.
 *
 * <p>The JDK supports {@code sun.misc.Signal} for this, in the module jdk.unsupported. It is called by reflection because the compiler warns
 * of every mention of it, and no annotation quiets that.
 */
public final class Signals {

    private Signals() {}

    /** Runs {@code first} at the first signal and {@code second} at every further one. */
    public static void onStop(Runnable first, Runnable second) {
        AtomicBoolean stopping = new AtomicBoolean();
        Runnable either = () -> {
            if (stopping.compareAndSet(false, true)) {
                first.run();
            } else {
                second.run();
            }
        };
        List.of("TERM", "INT").forEach(name -> handle(name, either));
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
