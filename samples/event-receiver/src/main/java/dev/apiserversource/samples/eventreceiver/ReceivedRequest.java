package dev.apiserversource.samples.eventreceiver;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

import java.util.List;

/**
 * A request that was read completely.
 *
 * @param headers as they were sent
 * @param body as it was sent
 * @param events one, or those of a batch
 */
public record ReceivedRequest(MultiMap headers, Buffer body, List<ReceivedEvent> events) {}
