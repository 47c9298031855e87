/** Changes, gaps and what identifies objects, resources and streams. */
@NullMarked
package dev.apiserversource.adapter.model;

import org.jspecify.annotations.NullMarked;
