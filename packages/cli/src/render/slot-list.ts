import type { SlotPort, SlotView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { unsynchronized } from './service-list.ts';
import { table } from './table.ts';
import { ago, imageLabel, listed, none, portLabel, shortId } from './words.ts';

const stateLabel = ({ state, exitCode, synchronized, revisionNumber }: SlotView, paint: Paint): string => {
  const word = state === 'stopped' && exitCode !== null ? `stopped (exit code ${exitCode})` : state;
  const coloured = state === 'running' ? paint.good(word) : paint.bad(word);
  return synchronized || revisionNumber === null ? coloured : `${coloured} ${unsynchronized}`;
};

const healthLabel = ({ health }: SlotView, paint: Paint): string => {
  if (health === 'none') return none;
  return health === 'unhealthy' ? paint.bad(health) : health;
};

/** `n1:8080->80/tcp`; what is open at the slot's address alone is marked. */
const slotPortLabel = ({ nodeName }: SlotView, port: SlotPort): string =>
  port.hostPort === null
    ? `${portLabel(port)} (private)`
    : `${nodeName === null ? '' : `${nodeName}:`}${portLabel(port)}`;

/** `service ps`; the public names are a column where the cluster has a zone. Pure. */
export const slotList = (slots: SlotView[], look: Look): string => {
  const hasZone = slots.some(({ publicDns }) => publicDns !== null);
  return table(
    [
      ...['SLOT', 'NODE', 'ADDRESS', 'STATE', 'HEALTH', 'IMAGE', 'REVISION', 'PORTS', 'INSTANCE', 'SINCE'],
      ...(hasZone ? ['PUBLIC NAME'] : []),
    ],
    slots.map((slot) => [
      slot.name,
      slot.nodeName ?? none,
      slot.address || none,
      stateLabel(slot, look.paint),
      healthLabel(slot, look.paint),
      imageLabel(slot.image, look),
      String(slot.revisionNumber ?? none),
      listed(slot.ports.map((port) => slotPortLabel(slot, port))),
      shortId(slot.instanceId, look),
      ago(slot.startedAt, look.now),
      ...(hasZone ? [slot.publicDns ?? none] : []),
    ]),
  );
};

/** A slot that runs something older than the newest definition. */
export const isMarked = ({ synchronized, revisionNumber }: SlotView): boolean =>
  !synchronized && revisionNumber !== null;
