package dev.apiserversource.adapter.watch;

/**
 * One GET of the Kubernetes API.
 *
 * @param pathAndQuery from the first slash after the API server's URL
 * @param accept the media type asked for
 */
public record ApiRequest(String pathAndQuery, String accept) {}
