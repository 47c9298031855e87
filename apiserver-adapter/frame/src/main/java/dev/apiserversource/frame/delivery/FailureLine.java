package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** The beginning of a line of log about an event that a sink did not take. */
final class FailureLine {

    private FailureLine() {}

    static LoggingEventBuilder of(Logger log, CloudEvent event, Throwable failure) {
        LoggingEventBuilder line = log.atWarn().addKeyValue("id", event.getId()).addKeyValue("type", event.getType());
        return failure instanceof DeliveryException answer
                ? line.addKeyValue("result", answer.result()).addKeyValue("answer", answer.excerpt())
                : line.setCause(failure);
    }
}
