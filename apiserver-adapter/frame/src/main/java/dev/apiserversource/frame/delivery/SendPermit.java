package dev.apiserversource.frame.delivery;

/** Permission to send events. A process that shares its work with others has it only while it is the leader. */
public interface SendPermit {

    /** Granted from the start and never revoked. */
    SendPermit ALWAYS = new SendPermit() {
        @Override
        public boolean isGranted() {
            return true;
        }

        @Override
        public void whenGranted(Runnable action) {
            action.run();
        }
    };

    /** Whether an event can be sent now. The answer can change between any two calls. */
    boolean isGranted();

    /** Runs {@code action} once: now if the permit is granted, else when it is granted again, which can be never. */
    void whenGranted(Runnable action);
}
