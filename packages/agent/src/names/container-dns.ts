import type { InstanceSpec } from '@restow/shared/domain/order';
import { nodeGateway } from '../engine/network-options.ts';

/**
 * An instance that asks its node, through the engine's own resolver, which answers what the engine knows and passes on the
 * rest. A person's choice of name servers stands, and so does the node's own network: there the node's resolvers are asked.
 */
export const askingItsNode = (spec: InstanceSpec, nodeSubnet: string): InstanceSpec =>
  spec.net === 'host' || spec.settings.dns.length > 0
    ? spec
    : { ...spec, settings: { ...spec.settings, dns: [nodeGateway(nodeSubnet)] } };
