import type { Service } from '@restow/shared/domain/service';
import { slotName } from '@restow/shared/domain/slot';

/** Whose names they are. */
type Named = Pick<Service, 'id' | 'name' | 'stack'>;

/** Where the zone has its names, and what it calls slots that keep theirs. */
export interface ZonePlace {
  /** Such as `example.test`: lower case, no dot at its end. */
  domain: string;
  /** A DNS label, default `main`. */
  namespace: string;
}

/**
 * What things are called in the public zone, in full, without a dot at the end; `null` where the cluster has no zone,
 * and for one that is longer than DNS has room for. Whether a name is answered is the zone's own business (`zone-of.ts`).
 */
export interface PublicNames {
  /** `web-1.main.cont.example.test`, `web-1.shop.main.cont.example.test` in the stack `shop`: never changes. */
  slot(service: Named, index: number): string | null;
  /** `web-1.1f0c3a9e.cont.example.test`, by the first 8 characters of the instance's id: new with every instance. */
  instance(service: Named, index: number, instanceId: string): string | null;
  /** `web.7c9e6679.svc.example.test`, by the first 8 characters of the service's id. */
  service(service: Named): string | null;
  /** `n1.node.example.test`. */
  node(name: string): string | null;
}

/** As many characters of an id as tell it in a name. */
export const shortId = (id: string): string => id.slice(0, 8);

/** `web`, or `web.shop` in the stack `shop`: as Docker Cloud had it. */
const inStack = (label: string, { stack }: Named): string => (stack === null ? label : `${label}.${stack}`);

/** DNS has room for 63 characters in a label and 253 in a name. */
const asFits = (name: string): string | null =>
  name.length <= 253 && name.split('.').every(({ length }) => length <= 63) ? name : null;

/** Pure. */
export const publicNamesIn = ({ domain, namespace }: ZonePlace): PublicNames => ({
  slot: (service, index) => asFits(`${inStack(slotName(service.name, index), service)}.${namespace}.cont.${domain}`),
  instance: (service, index, instanceId) =>
    asFits(`${inStack(slotName(service.name, index), service)}.${shortId(instanceId)}.cont.${domain}`),
  service: (service) => asFits(`${inStack(service.name, service)}.${shortId(service.id)}.svc.${domain}`),
  node: (name) => asFits(`${name}.node.${domain}`),
});

/** Of a cluster without a zone. */
export const noPublicNames: PublicNames = {
  slot: () => null,
  instance: () => null,
  service: () => null,
  node: () => null,
};
