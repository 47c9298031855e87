/** ServiceAccounts that sources have as their identity towards sinks. */
@NullMarked
package dev.apiserversource.controller.identity;

import org.jspecify.annotations.NullMarked;
