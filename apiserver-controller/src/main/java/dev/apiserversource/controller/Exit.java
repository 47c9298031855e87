package dev.apiserversource.controller;

/** How the process ends. */
enum Exit {
    /** It was asked to. */
    STOPPED(0),
    /** The environment is not fit to run with; every problem was named. */
    BAD_CONFIG(1),
    /** The cluster lacks a CRD or a right, or cannot be reached; what is missing was named. */
    CLUSTER_NOT_READY(2),
    /** Another may lead now. */
    LEASE_LOST(3),
    /** Something nobody thought of. */
    FAILED(4);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
