/**
 * Objects in memory with their resourceVersions and history, and what the API server does around them: metadata, custom
 * resource definitions and garbage collection. No HTTP.
 */
@NullMarked
package dev.apiserversource.samples.embedded.store;

import org.jspecify.annotations.NullMarked;
