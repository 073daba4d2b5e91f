import { referenceTo } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import { servicePortLabel } from './definition-values.ts';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { listed, none } from './words.ts';

/** Docker Cloud's mark for what does not run as it is defined. */
export const unsynchronized = '(*)';

export const unsynchronizedNote =
  '(*) does not run as it is defined now; `restow service redeploy` brings the newest definition.';

const stateColour = (paint: Paint, state: ServiceView['state']): ((text: string) => string) => {
  if (state === 'Running') return paint.good;
  return state === 'Partly running' || state === 'Stopped' ? paint.bad : (text) => text;
};

/** The state in Docker Cloud's words, marked when the service does not run as it is defined. */
export const stateLabel = (service: ServiceView, paint: Paint): string => {
  const state = stateColour(paint, service.state)(service.state);
  return isMarked(service) ? `${state} ${unsynchronized}` : state;
};

/** A service that never ran or is being redeployed has nothing to be out of step with. */
export const isMarked = ({ synchronized, state }: ServiceView): boolean =>
  !synchronized && state !== 'Redeploying' && state !== 'Scaling' && state !== 'Not running';

const slotsLabel = ({ definition, slots }: ServiceView): string => {
  const running = slots.filter(({ state }) => state === 'running').length;
  return `${running}/${definition.strategy === 'EVERY_NODE' ? slots.length : definition.count}`;
};

/** `service ls`. Pure. */
export const serviceList = (services: ServiceView[], { paint }: Look): string =>
  table(
    ['NAME', 'STATE', 'IMAGE', 'SLOTS', 'PORTS', 'REVISION', 'DEPLOYMENT'],
    services.map((service) => [
      referenceTo(service),
      stateLabel(service, paint),
      service.definition.image,
      slotsLabel(service),
      listed(service.definition.ports.map(servicePortLabel)),
      String(service.revisionNumber ?? none),
      String(service.deploymentNumber ?? none),
    ]),
  );
