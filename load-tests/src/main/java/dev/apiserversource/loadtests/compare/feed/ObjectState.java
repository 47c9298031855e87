package dev.apiserversource.loadtests.compare.feed;

/**
 * One state of one object.
 *
 * @param namespace number of its namespace
 * @param number its number in there
 * @param version its resourceVersion
 */
record ObjectState(int namespace, long number, long version) {}
