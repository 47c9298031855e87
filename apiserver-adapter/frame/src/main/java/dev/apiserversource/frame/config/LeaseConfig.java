package dev.apiserversource.frame.config;

import java.time.Duration;
import java.util.Optional;

/**
 * What the environment says about the Lease.
 *
 * @param name of the Lease, in the source's namespace
 * @param podName of this pod; empty for an identity by chance
 * @param podIp of this pod; empty when other processes cannot reach it
 * @param duration after which a Lease that is not renewed may be taken by another
 */
public record LeaseConfig(String name, Optional<String> podName, Optional<String> podIp, Duration duration) {

    private static final int SHORTEST = 3;
    private static final int LONGEST = 300;

    public static Optional<LeaseConfig> from(EnvReader variables) {
        int seconds = variables.number("LEASE_DURATION", 15, SHORTEST, LONGEST);
        return variables
                .text("LEASE_NAME")
                .map(name -> new LeaseConfig(
                        name, variables.text("POD_NAME"), variables.text("POD_IP"), Duration.ofSeconds(seconds)));
    }

    /** Where others reach {@code port} of this pod; an IPv6 address gets its brackets. */
    public Optional<String> address(int port) {
        return podIp.map(ip -> (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port);
    }
}
