package dev.apiserversource.samples.heartbeats;

/** A flag or a variable that the program cannot start with. The message names it and the remedy. */
final class InvalidSettingException extends Exception {

    private static final long serialVersionUID = 1;

    InvalidSettingException(String message) {
        super(message);
    }
}
