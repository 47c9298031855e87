package dev.apiserversource.adapter.watch;

/** Whether whoever takes the changes can take one more; a stream reads nothing while there is none. */
public interface Room {

    /** Whether one more change can be handed over now. */
    boolean available();

    /** Runs {@code action} once, later, when there may be room again. */
    void whenAvailable(Runnable action);

    /** Room for those who hand nothing on. */
    Room ALWAYS = new Room() {
        @Override
        public boolean available() {
            return true;
        }

        @Override
        public void whenAvailable(Runnable action) {
            action.run();
        }
    };
}
