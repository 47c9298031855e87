package dev.apiserversource.adapter.filter;

import io.cloudevents.CloudEvent;

import java.util.List;

/** Decides by its attributes whether an event is sent. */
@FunctionalInterface
public interface EventFilter {

    /** Whether the event is sent. Its data is not looked at, and may be missing. */
    boolean test(CloudEvent event);

    /** Every event passes. */
    static EventFilter none() {
        return all(List.of());
    }

    /** The dialect {@code all}: an event passes when it passes all of these. */
    static EventFilter all(List<EventFilter> filters) {
        return new AllFilter(List.copyOf(filters));
    }

    /** The dialect {@code any}: an event passes when it passes one of these. */
    static EventFilter any(List<EventFilter> filters) {
        return new AnyFilter(List.copyOf(filters));
    }

    /** The dialect {@code not}: an event passes when it does not pass this one. */
    static EventFilter not(EventFilter filter) {
        return new NotFilter(filter);
    }

    /** {@link #all}. */
    record AllFilter(List<EventFilter> filters) implements EventFilter {

        @Override
        public boolean test(CloudEvent event) {
            for (EventFilter filter : filters) {
                if (!filter.test(event)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@link #any}. */
    record AnyFilter(List<EventFilter> filters) implements EventFilter {

        @Override
        public boolean test(CloudEvent event) {
            for (EventFilter filter : filters) {
                if (filter.test(event)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** {@link #not}. */
    record NotFilter(EventFilter filter) implements EventFilter {

        @Override
        public boolean test(CloudEvent event) {
            return !filter.test(event);
        }
    }
}
