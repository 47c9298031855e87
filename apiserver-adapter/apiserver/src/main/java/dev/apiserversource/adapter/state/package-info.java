/** What a stream knows: the index of objects, pending changes, the resume window and the low-water mark. */
@NullMarked
package dev.apiserversource.adapter.state;

import org.jspecify.annotations.NullMarked;
