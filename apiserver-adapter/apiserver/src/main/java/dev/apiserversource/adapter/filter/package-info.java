/**
 * The filters of the <a href="https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md">CloudEvents
 * Subscriptions API</a>. They see the attributes of an event, and no data.
 */
@NullMarked
package dev.apiserversource.adapter.filter;

import org.jspecify.annotations.NullMarked;
