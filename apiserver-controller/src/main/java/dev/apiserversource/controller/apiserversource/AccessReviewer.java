package dev.apiserversource.controller.apiserversource;

/** Answers questions of access. */
@FunctionalInterface
interface AccessReviewer {

    /** Whether the user may; may block. */
    boolean allows(AccessQuestion question);
}
