/** What is added to the pods that send events. */
@NullMarked
package dev.apiserversource.controller.pod;

import org.jspecify.annotations.NullMarked;
