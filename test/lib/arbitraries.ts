import type { PinnedImage } from '@restow/shared/domain/revision';
import {
  type ContainerSettings,
  type HealthCheck,
  type HealthTiming,
  netModes,
  type PublishedPort,
  pidModes,
  protocols,
} from '@restow/shared/domain/service';
import fc from 'fast-check';

/** Any value a type of ours has room for, whether or not it makes sense: for what has to travel unchanged. */

export const text = fc.string({ unit: 'grapheme', maxLength: 12 });
export const filled = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
export const uuid = fc.uuid({ version: 4 });
/** 1 or more. */
export const count = fc.integer({ min: 1, max: 100_000 });
export const milliseconds = fc.nat(1_000_000);
/** A moment, in milliseconds since the epoch. */
export const time = fc.integer({ min: 1, max: 4_000_000_000_000 });
export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
export const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 3 });

export const portNumber = fc.integer({ min: 1, max: 65_535 });
export const protocol = fc.constantFrom(...protocols);
export const publishedPort: fc.Arbitrary<PublishedPort> = fc.record({
  containerPort: portNumber,
  hostPort: portNumber,
  protocol,
});

export const image: fc.Arbitrary<PinnedImage> = fc.oneof(
  fc.record({ kind: fc.constant('digest' as const), reference: text, repository: text, digest: text }),
  fc.record({ kind: fc.constant('local' as const), reference: text, imageId: text, nodeId: uuid }),
);

export const healthCheck: fc.Arbitrary<HealthCheck> = fc.oneof(
  fc.constant({ kind: 'image' as const }),
  fc.record({ kind: fc.constant('tcp' as const), port: portNumber }),
  fc.record({ kind: fc.constant('http' as const), port: portNumber, path: text }),
  fc.constant({ kind: 'none' as const }),
  fc.record({ kind: fc.constant('command' as const), command: few(text) }),
);

export const healthTiming: fc.Arbitrary<HealthTiming> = fc.record({
  intervalMs: orNull(milliseconds),
  timeoutMs: orNull(milliseconds),
  retries: orNull(count),
  startPeriodMs: orNull(milliseconds),
});

/** Each setting by itself, since a definition has them among its other fields. */
export const settings: { [Field in keyof ContainerSettings]: fc.Arbitrary<ContainerSettings[Field]> } = {
  ...{ user: orNull(filled), workingDir: orNull(filled), hostname: orNull(filled), domainname: orNull(filled) },
  ...{ macAddress: orNull(filled), cgroupParent: orNull(filled), cpuset: orNull(filled) },
  ...{ privileged: fc.boolean(), readOnly: fc.boolean(), tty: fc.boolean(), stdinOpen: fc.boolean() },
  ...{ net: fc.constantFrom(...netModes), pid: fc.constantFrom(...pidModes) },
  ...{ dns: few(text), dnsSearch: few(text), capAdd: few(text), capDrop: few(text) },
  ...{ devices: few(text), extraHosts: few(text), securityOpt: few(text) },
  memorySwapBytes: orNull(fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER })),
  cpuShares: orNull(fc.nat(1_000_000)),
};
