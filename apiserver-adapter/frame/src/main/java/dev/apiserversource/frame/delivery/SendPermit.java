package dev.apiserversource.frame.delivery;

/** Whether this process may send events at this moment. */
public interface SendPermit {

    /** Always open. */
    SendPermit OPEN = new SendPermit() {
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void whenOpen(Runnable action) {
            action.run();
        }
    };

    /** Whether an event may be sent now; may be asked at any time, and another answer may come at any time. */
    boolean isOpen();

    /** Runs {@code action} once: now, when the gate is open, else when it opens; never, when it opens no more. */
    void whenOpen(Runnable action);
}
