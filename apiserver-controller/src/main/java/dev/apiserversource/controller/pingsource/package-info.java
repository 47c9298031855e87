/** PingSource to status, and one Deployment for all of them: reconciler, desired object, checks. */
@NullMarked
package dev.apiserversource.controller.pingsource;

import org.jspecify.annotations.NullMarked;
