/** Single objects of the Kubernetes API, read and written as JSON through the fabric8 client's HTTP stack, none of its models. */
@NullMarked
package dev.apiserversource.adapter.api;

import org.jspecify.annotations.NullMarked;
