package dev.apiserversource.loadtests.cluster;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

/**
 * The tests of the class need a real control plane and are skipped, with a message, where its programs are missing (see
 * {@link KubeBinaries}). A parameter of type {@link ControlPlane} is the control plane of this class alone, started at
 * first use; one of type {@link ControlPlanes} gives those with other options. To share one between classes, call {@link ControlPlaneExtension#shared}.
 */
@Target(TYPE)
@Retention(RUNTIME)
@ExtendWith(ControlPlaneExtension.class)
public @interface ControlPlaneTest {}
