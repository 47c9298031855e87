/**
 * The one fixture for tests on a real API server: etcd and kube-apiserver as processes of this machine,
 * ServiceAccounts with chosen rights, an audit log, and a proxy that fails on demand.
 */
@NullMarked
package dev.apiserversource.loadtests.cluster;

import org.jspecify.annotations.NullMarked;
