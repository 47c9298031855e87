package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.DeliverySettings;

import java.time.Duration;
import java.time.Instant;

/**
 * A PingSource that is ready to send.
 *
 * @param uid of the object; another object of the same name is another source
 * @param name its namespace and name, for people
 * @param timetable when it ticks
 * @param delivery where its events go
 * @param events makes them
 */
record PingSource(String uid, String name, Timetable timetable, DeliverySettings delivery, TickEvents events) {

    /** The same without ticks at or before {@code time}. */
    PingSource startingAt(Instant time) {
        Timetable later = new Timetable(timetable.schedule, timetable.text, time, timetable.catchUp);
        return new PingSource(uid, name, later, delivery, events);
    }

    /**
     * When a source ticks.
     *
     * @param schedule the ticks
     * @param text identifies the schedule; equal for equal schedules
     * @param since no tick is at or before it
     * @param catchUp how late a tick can be sent when no adapter was running at its time
     */
    record Timetable(Schedule schedule, String text, Instant since, Duration catchUp) {}
}
