/** Server-side apply, and the metadata of the objects that a source owns. */
@NullMarked
package dev.apiserversource.controller.apply;

import org.jspecify.annotations.NullMarked;
