package dev.apiserversource.adapter.kube;

/**
 * What limits the readers of a process.
 *
 * @param capacity of the consumer of changes: bounds what was emitted and is pending
 * @param budget bounds what was read and is not emitted
 */
public record ReadLimits(Capacity capacity, ReadBudget budget) {}
