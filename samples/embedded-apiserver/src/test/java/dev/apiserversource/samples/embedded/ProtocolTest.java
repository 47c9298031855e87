package dev.apiserversource.samples.embedded;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The protocol cases against the embedded API server. */
class ProtocolTest extends ProtocolCases {

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Override
    ApiClient api() {
        return server;
    }

    @Override
    void compact() {
        server.store().compact();
    }
}
