package dev.apiserversource.frame.tracing;

import java.util.Map;

/**
 * How deliveries are traced. It names no class of OpenTelemetry, so reading it loads none.
 *
 * @param properties of the SDK, such as {@code otel.exporter.otlp.endpoint}; see <a
 *     href="https://opentelemetry.io/docs/languages/java/configuration/">its documentation</a>
 * @param resource attributes of this process, which {@code OTEL_RESOURCE_ATTRIBUTES} overrides
 * @param console whether spans are written to the log, and not exported
 */
public record TracingSettings(Map<String, String> properties, Map<String, String> resource, boolean console) {}
