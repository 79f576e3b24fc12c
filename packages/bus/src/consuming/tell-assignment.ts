/** Tells a consumer's owner what it reads, in the port's terms. */
import type { ConsumeOptions, TopicPartition } from "../port.ts";
import type { AssignedPartition } from "./assigned-partition.ts";

export function tellAssigned(options: ConsumeOptions, partitions: readonly AssignedPartition[]): void {
  if (partitions.length > 0) options.onAssigned?.(partitions.map(placeOf));
}

export function tellRevoked(options: ConsumeOptions, partitions: readonly AssignedPartition[]): void {
  if (partitions.length > 0) options.onRevoked?.(partitions.map(placeOf));
}

export function placeOf({ topic, partition }: AssignedPartition): TopicPartition {
  return { topic: topic.name, partition };
}
