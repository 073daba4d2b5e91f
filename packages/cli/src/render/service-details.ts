import type { ServiceView } from '@restow/shared/domain/view';
import { definitionRows } from './definition.ts';
import type { Look } from './look.ts';
import { stateLabel } from './service-list.ts';
import { slotList } from './slot-list.ts';
import { columns, indent } from './table.ts';
import { moment, none } from './words.ts';

/** `service inspect`, for people. Pure. */
export const serviceDetails = (service: ServiceView, look: Look): string => {
  const { paint } = look;
  const about: string[][] = [
    ['id', service.id],
    ['defined', `${moment(service.createdAt)}, version ${service.version} of ${moment(service.updatedAt)}`],
    ['revision', String(service.revisionNumber ?? none)],
    ['deployment', String(service.deploymentNumber ?? none)],
    ...(service.pending.length > 0 ? [['to redeploy', service.pending.join(', ')]] : []),
    ...definitionRows(service.definition),
  ];
  const slots = service.slots.length > 0 ? `\n${indent(slotList(service.slots, look))}` : '';
  return `${paint.bold(service.name)}   ${stateLabel(service, paint)}\n${indent(columns(about))}${slots}`;
};
