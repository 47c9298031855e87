/** Checks what a ServiceAccount may do, by SubjectAccessReviews. */
@NullMarked
package dev.apiserversource.controller.access;

import org.jspecify.annotations.NullMarked;
