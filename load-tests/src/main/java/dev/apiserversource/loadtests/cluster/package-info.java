/** The real control plane: etcd and kube-apiserver as processes of this machine, and accounts with chosen rights. */
@NullMarked
package dev.apiserversource.loadtests.cluster;

import org.jspecify.annotations.NullMarked;
