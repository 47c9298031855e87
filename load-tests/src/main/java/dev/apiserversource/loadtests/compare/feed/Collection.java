package dev.apiserversource.loadtests.compare.feed;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ConfigMaps of one namespace in the form that a client wants.
 *
 * @param objects of each namespace
 * @param form how they are sent
 * @param namespace number of the namespace
 * @param newest the newest version that a watch has sent
 */
record Collection(ConfigMaps objects, ConfigMaps.Form form, int namespace, AtomicLong newest) {

    int count() {
        return objects.count();
    }

    int addedLength() {
        return form.added().length();
    }

    int modifiedLength() {
        return form.modified().length();
    }

    /** Writes the frame of an object in a streaming list at {@code version}; returns the index behind it. */
    int added(byte[] target, int at, long number, long version) {
        return form.added().fill(target, at, objects.state(namespace, number, version), 0);
    }

    /** Writes the frame of a change; returns the index behind it. */
    int modified(byte[] target, int at, long version, long nanos) {
        return form.modified().fill(target, at, objects.change(namespace, version), nanos);
    }

    /** Changes up to {@code version} were sent. */
    void sent(long version) {
        newest.accumulateAndGet(version, Math::max);
    }

    /** The objects from one number to another as items of a list at {@code version}, behind {@code head}. */
    byte[] page(byte[] head, int from, int to, long version) {
        Template item = form.item();
        int count = to - from;
        int items = Math.toIntExact(count * (item.length() + 1L) - (count > 0 ? 1 : 0));
        byte[] page = Arrays.copyOf(head, head.length + items + 2);
        int at = head.length;
        for (int number = from; number < to; number++) {
            if (number > from) {
                page[at++] = ',';
            }
            at = item.fill(page, at, objects.state(namespace, number, version), 0);
        }
        page[at] = ']';
        page[at + 1] = '}';
        return page;
    }
}
