package dev.apiserversource.loadtests;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

/**
 * The tests of the class run against a real control plane of their own, which they take as a parameter of type {@link
 * dev.apiserversource.loadtests.cluster.ControlPlane}; without the programs for one they are skipped, and say so.
 */
@Target(TYPE)
@Retention(RUNTIME)
@ExtendWith(RealApiServerExtension.class)
public @interface RealApiServer {}
