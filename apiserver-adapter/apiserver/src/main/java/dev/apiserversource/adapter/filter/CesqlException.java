package dev.apiserversource.adapter.filter;

import java.io.Serial;

/** An expression in CloudEvents SQL is malformed. The message says where and why. */
public final class CesqlException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    /** An error at {@code line} and {@code column}, which count from 1. */
    CesqlException(int line, int column, String message) {
        super("line " + line + ", column " + column + ": " + message);
    }
}
