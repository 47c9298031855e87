package dev.apiserversource.adapter.kube;

/**
 * Capacity of the consumer of changes. A {@link PullReader} emits none without it: this is what bounds the pending
 * changes. It corresponds to {@code writeQueueFull} and {@code drainHandler} of a Vert.x write stream.
 */
public interface Capacity {

    /** Whether the consumer takes one more change now. */
    boolean available();

    /**
     * Runs {@code action} once, when capacity may be available: within this call or later. The action must check
     * {@link #available} again, because another reader may have used the capacity. A consumer that is shut down drops
     * the action.
     */
    void whenAvailable(Runnable action);

    /** For readers that produce no changes. */
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
