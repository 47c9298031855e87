/**
 * The durable copy of {@linkplain dev.apiserversource.adapter.state the streams' state}, in ConfigMaps, from which a
 * later process resumes.
 *
 * <p>Every type here belongs to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.adapter.checkpoint;

import org.jspecify.annotations.NullMarked;
