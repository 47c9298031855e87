package dev.apiserversource.controller;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.Consumer;

/** Sets the level of this program's log to that of Knative's ConfigMap, unless the environment sets one. */
final class LogLevel implements Consumer<String> {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevel.class);
    private static final Logger ROOT_PACKAGE = (Logger) LoggerFactory.getLogger("dev.apiserversource");

    private final Optional<String> environment;

    /** Does nothing if {@code environment} is present. */
    LogLevel(Optional<String> environment) {
        this.environment = environment;
    }

    /** Accepts the levels of zap. Those above error are for panics; this program has none. */
    @Override
    public void accept(String name) {
        Level level = Level.toLevel(name, Level.ERROR);
        if (environment.isEmpty() && !level.equals(ROOT_PACKAGE.getLevel())) {
            ROOT_PACKAGE.setLevel(level);
            LOG.atInfo().addKeyValue("level", level).log("log level changed");
        }
    }
}
