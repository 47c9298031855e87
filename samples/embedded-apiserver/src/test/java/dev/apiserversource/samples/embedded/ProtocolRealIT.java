package dev.apiserversource.samples.embedded;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The protocol cases against a real kube-apiserver, so that the embedded one stays true to it. */
class ProtocolRealIT extends ProtocolCases {

    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    @Override
    ApiClient api() {
        return SERVER;
    }

    /** The API server compacts etcd by itself; the cases wait for it. */
    @Override
    void compact() {}
}
