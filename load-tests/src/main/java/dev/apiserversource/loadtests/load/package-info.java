/** Writers of ConfigMaps: one write, many in parallel, and a steady load. */
@NullMarked
package dev.apiserversource.loadtests.load;

import org.jspecify.annotations.NullMarked;
