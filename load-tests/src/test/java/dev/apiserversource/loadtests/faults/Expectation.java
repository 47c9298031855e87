package dev.apiserversource.loadtests.faults;

/** What has to have come when a fault is over. */
enum Expectation {
    /** Each change: the API server knew all of them all the time. */
    EVERY_CHANGE,
    /** Where each object ended; and when anything in between did not come, a report of the gap. */
    FINAL_STATES,
    /** Each change from when the fault was over: what it did to the checkpoint was said. */
    EVERY_CHANGE_FROM_THEN_ON
}
