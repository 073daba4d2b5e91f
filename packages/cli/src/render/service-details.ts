import { referenceTo } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import { definitionChanges, definitionRows } from './definition.ts';
import type { Look } from './look.ts';
import { stateLabel } from './service-list.ts';
import { slotList } from './slot-list.ts';
import { columns, indent } from './table.ts';
import { moment, none } from './words.ts';

/**
 * What a redeploy would change of what runs, a line each. Where slots run several revisions, a field may differ in an
 * older one only.
 */
const pendingChanges = ({ running, definition, pending }: ServiceView): string[] =>
  running === null
    ? []
    : pending.flatMap((field) => {
        const changes = definitionChanges(running, definition, [field]);
        return changes.length > 0 ? changes : [`${field}: not in every slot as it is defined`];
      });

/** `service inspect`, for people. Pure. */
export const serviceDetails = (service: ServiceView, look: Look): string => {
  const { paint } = look;
  const about: string[][] = [
    ['id', service.id],
    ...(service.stack === null ? [] : [['stack', service.stack]]),
    ['defined', `${moment(service.createdAt)}, version ${service.version} of ${moment(service.updatedAt)}`],
    ['revision', String(service.revisionNumber ?? none)],
    ['deployment', String(service.deploymentNumber ?? none)],
    ...(service.publicDns === null ? [] : [['public name', service.publicDns]]),
    ...definitionRows(service.definition),
  ];
  const changes = [...new Set(pendingChanges(service))].map((change) => `${change}\n`);
  const pending = changes.length > 0 ? `\nto redeploy\n${indent(changes.join(''))}` : '';
  const slots = service.slots.length > 0 ? `\n${indent(slotList(service.slots, look))}` : '';
  return `${paint.bold(referenceTo(service))}   ${stateLabel(service, paint)}\n${indent(columns(about))}${pending}${slots}`;
};
