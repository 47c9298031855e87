package dev.apiserversource.loadtests.cluster;

/** The control planes of one test class, one for each set of options, each started at first use. */
public interface ControlPlanes {

    /** The control plane whose API server has these options and no others. */
    ControlPlane with(ApiServerOption... options);
}
