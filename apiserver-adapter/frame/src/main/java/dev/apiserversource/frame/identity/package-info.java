/** Tokens of ServiceAccounts, for sinks that authenticate their senders. */
@NullMarked
package dev.apiserversource.frame.identity;

import org.jspecify.annotations.NullMarked;
