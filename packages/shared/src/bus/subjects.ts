/**
 * Subjects and streams. Uuids, not names: a name may hold dots, and may be given to something else later. The node
 * comes first, because what an agent may publish is given to it by prefix.
 */

/** Whose output a subject carries. */
export interface LogPlace {
  nodeId: string;
  serviceId: string;
  deploymentId: string;
  slotIndex: number;
}

/** Container output: `logs.<node>.<service>.<deployment>.<slot index>`. */
export const logStreamName = 'restow-logs';
export const allLogSubjects = 'logs.>';

/** What happened: `evt.coordinator.deployment.<deployment>`, later `evt.<node>.>` from agents. */
export const eventStreamName = 'restow-events';
export const allEventSubjects = 'evt.>';

export const logSubject = ({ nodeId, serviceId, deploymentId, slotIndex }: LogPlace): string =>
  ['logs', token(nodeId), token(serviceId), token(deploymentId), slotIndex].join('.');

/** Matches the subjects of everything that has what is given. */
export const logFilter = ({ nodeId, serviceId, deploymentId, slotIndex }: Partial<LogPlace>): string =>
  ['logs', part(nodeId), part(serviceId), part(deploymentId), slotIndex ?? '*'].join('.');

/** Whose output the subject carries; `null` when it is none of ours. */
export const parseLogSubject = (subject: string): LogPlace | null => {
  const [root, nodeId, serviceId, deploymentId, slot, ...more] = subject.split('.');
  if (root !== 'logs' || !nodeId || !serviceId || !deploymentId || more.length > 0) return null;
  if (!/^[1-9]\d*$/.test(slot ?? '')) return null;
  return { nodeId, serviceId, deploymentId, slotIndex: Number(slot) };
};

export const deploymentEventSubject = (deploymentId: string): string =>
  `evt.coordinator.deployment.${token(deploymentId)}`;

const token = (id: string): string => {
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new RangeError(`"${id}" cannot be a part of a NATS subject; a uuid can`);
  return id;
};

const part = (id: string | undefined): string => (id === undefined ? '*' : token(id));
