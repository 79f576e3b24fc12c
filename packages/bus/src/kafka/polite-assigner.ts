/** plan-assignment.ts in kafkajs's terms: what a member holds travels with its wish to join. */
import { AssignerProtocol } from "kafkajs";
import type { PartitionAssigner } from "kafkajs";
import { planAssignment } from "./plan-assignment.ts";
import type { GroupMember, Partitions } from "./plan-assignment.ts";

/** Changed when the algorithm is: members with different ones cannot be in one group. */
const NAME = "stellwerk-polite-1";
const VERSION = 0;

export type Claim = Pick<GroupMember, "holds" | "leaving">;

/** `claim` is asked each time the member joins. */
export function politeAssigner(claim: () => Claim): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(claim()));
      return {
        name: NAME,
        metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData }),
      };
    },
    async assign({ members, topics }) {
      const partitions: Partitions = Object.fromEntries(
        topics.map((topic) => [
          topic,
          cluster
            .findTopicPartitionMetadata(topic)
            .map(({ partitionId }) => partitionId)
            .toSorted((a, b) => a - b),
        ]),
      );
      const plan = planAssignment(
        members.map(({ memberId, memberMetadata }) => readMember(memberId, memberMetadata)),
        partitions,
      );
      return [...plan].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment,
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

function readMember(id: string, metadata: Buffer): GroupMember {
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata);
  const claim = JSON.parse(decoded?.userData.toString("utf8") || "{}") as Partial<Claim>;
  return { id, topics: decoded?.topics ?? [], holds: claim.holds ?? {}, leaving: claim.leaving ?? false };
}
