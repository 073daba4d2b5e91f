import { referenceTo } from '@restow/shared/domain/service';
import type { SlotView, VolumeView } from '@restow/shared/domain/view';
import type { Removal } from '../plan/plan-removal.ts';
import type { Look } from './look.ts';
import { columns, indent } from './table.ts';
import { counted } from './words.ts';

const slotRow = ({ name, address, nodeName }: SlotView): string[] => [
  name,
  nodeName === null ? 'goes' : `ends on ${nodeName} and goes`,
  address === '' ? '' : `${address} is given back`,
];

/** `service rm --dry-run`. Pure. */
export const removalText = ({ service, volumes, linkedFrom }: Removal, { paint }: Look): string => {
  const slots = indent(columns(service.slots.map(slotRow)));
  const kept = volumes.map(({ name, nodeName }) => ['volume', `${name} is detached and stays on ${nodeName}`]);
  return `${paint.bold(referenceTo(service))}: would be removed, with ${counted(service.slots.length, 'slot')}\n${slots}${indent(columns(kept))}${linkedFrom.length === 0 ? '' : indent(`${leftLinksNote(referenceTo(service), linkedFrom)}\n`)}`;
};

/** What becomes of those that link to a service that goes. Pure. */
export const leftLinksNote = (serviceName: string, linkedFrom: string[]): string =>
  linkedFrom.length === 1
    ? `${linkedFrom[0]} links to ${serviceName}: it runs on, its alias leads nowhere, and its next redeploy is refused until the link is taken out.`
    : `${linkedFrom.join(', ')} link to ${serviceName}: they run on, their aliases lead nowhere, and their next redeploys are refused until the links are taken out.`;

/** What becomes of the volumes of a service that is gone. Pure. */
export const keptVolumesNote = (serviceName: string, volumes: VolumeView[]): string => {
  const named = volumes.map(({ name, nodeName }) => `${name} on ${nodeName}`).join(', ');
  return volumes.length === 1
    ? `The volume of ${serviceName} stays, detached: ${named}.`
    : `The ${volumes.length} volumes of ${serviceName} stay, detached: ${named}.`;
};
