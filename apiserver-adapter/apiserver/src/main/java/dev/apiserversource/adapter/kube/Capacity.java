package dev.apiserversource.adapter.kube;

/** Whether whoever takes the changes can take one more; a stream reads nothing while there is none. */
public interface Capacity {

    /** Whether one more change can be handed over now. */
    boolean available();

    /** Runs {@code action} once, later, when there may be room again. */
    void whenAvailable(Runnable action);

    /** Capacity for those who hand nothing on. */
    Capacity ALWAYS = new Capacity() {
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
