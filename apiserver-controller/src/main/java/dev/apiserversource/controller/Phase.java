package dev.apiserversource.controller;

/** How far the process has come. */
enum Phase {
    /** Not fit to take over yet. */
    STARTING,
    /** Waiting for the Lease. */
    STANDBY,
    /** Filling its caches. */
    TAKING_OVER,
    /** Reconciling. */
    LEADING,
    /** On the way out. */
    STOPPING;

    /** Whether the process does what it is there for; one that waits for the Lease does. */
    boolean isReady() {
        return this == STANDBY || this == LEADING;
    }
}
