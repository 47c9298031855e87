/**
 * The adapter as a process against a real API server. Classes named {@code *RealIT} run with {@code mvn verify
 * -Preal-apiserver} and are skipped without {@code KUBE_API_TEST_DIR}.
 */
package dev.apiserversource.loadtests;
