import type { InstanceSpec } from '@restow/shared/domain/order';
import { defaultContainerSettings, defaultHealthTiming } from '@restow/shared/domain/service';
import { describe, expect, it } from 'vitest';
import {
  containerName,
  containerOptions,
  isMadeByUs,
  isRetiredName,
  isServingName,
  retiredName,
  servingName,
  takesBothNetworks,
} from './container-options.ts';

const spec: InstanceSpec = {
  ...{
    serviceId: 's',
    serviceName: 'web',
    slotId: 'w1',
    slotIndex: 1,
    instanceId: '0a1b2c3d-0000-4000-8000-000000000000',
  },
  ...{ revisionId: 'r', revisionNumber: 2, deploymentId: 'd', deploymentNumber: 7 },
  image: { kind: 'digest', reference: 'r:5000/app:v1', repository: 'r:5000/app', digest: 'sha256:00' },
  address: '10.7.0.5',
  env: { A: 'b=c' },
  ...{ command: null, entrypoint: null, labels: { team: 'blue' }, memoryBytes: null },
  volumes: [{ name: 'web-1-data', path: '/data', readOnly: true, borrowed: false }],
  ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
  ...{ hostPaths: [], exposed: [], settings: defaultContainerSettings, net: 'bridge' },
  healthCheck: { kind: 'image' },
  healthTiming: defaultHealthTiming,
  ...{ stopSignal: null, stopGraceMs: 1500, minRunningMs: 0, healthDeadlineMs: 1000 },
  ...{ stack: null, links: [], autorestart: 'ALWAYS', autodestroy: 'OFF' },
};

describe('what an engine is asked to make', () => {
  const options = containerOptions(spec, '10.201.0.2', '1.41');

  it('is the pinned image, and nothing the service did not say', () => {
    expect(options).toMatchObject({ name: 'restow-web-1-0a1b2c3d', Image: 'r:5000/app@sha256:00', Env: ['A=b=c'] });
    for (const field of ['Cmd', 'Entrypoint', 'StopSignal', 'Healthcheck'] as const)
      expect(options[field]).toBeUndefined();
    expect(options.HostConfig.Memory).toBeUndefined();
  });

  it('has no restart policy yet, and logs in files of a known size', () => {
    expect(options.HostConfig).toMatchObject({
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    });
  });

  it('publishes no port by the engine: the port map does', () => {
    expect(options.ExposedPorts).toBeUndefined();
    expect(options.HostConfig).not.toHaveProperty('PortBindings');
  });

  it('has the slot’s labels beside the person’s', () => {
    expect(options.Labels).toMatchObject({ team: 'blue', 'io.restow.slot': 'w1', 'io.restow.revision-number': '2' });
  });

  it('mounts volumes by name', () => {
    expect(options.HostConfig.Mounts).toEqual([
      { Type: 'volume', Source: 'web-1-data', Target: '/data', ReadOnly: true },
    ]);
  });

  it('has one network for an old engine, both with the MAC for a new one', () => {
    const node = { 'restow-node': { IPAMConfig: { IPv4Address: '10.201.0.2' } } };
    const overlay = {
      'restow-overlay': { IPAMConfig: { IPv4Address: '10.7.0.5' }, MacAddress: '02:42:0a:07:00:05' },
    };
    expect(options.NetworkingConfig.EndpointsConfig).toEqual(node);
    expect(containerOptions(spec, '10.201.0.2', '1.44').NetworkingConfig.EndpointsConfig).toEqual({
      ...node,
      ...overlay,
    });
  });

  it('turns the image’s check off where the service has its own', () => {
    const own = { ...spec, healthCheck: { kind: 'tcp', port: 80 } } as const;
    expect(containerOptions(own, '10.201.0.2', '1.41').Healthcheck).toEqual({ Test: ['NONE'] });
  });

  it('tells an empty command from none', () => {
    const empty = containerOptions({ ...spec, command: [], entrypoint: [] }, '10.201.0.2', '1.41');
    expect([empty.Cmd, empty.Entrypoint]).toEqual([[], []]);
  });
});

it.each([
  ['1.41', false],
  ['1.43', false],
  ['1.44', true],
  ['1.51', true],
  ['2.0', true],
])('API %s takes both networks at once: %s', (version, expected) => expect(takesBothNetworks(version)).toBe(expected));

it('marks a name as retired once', () => {
  const name = containerName(spec);
  expect(isRetiredName(name)).toBe(false);
  expect(isRetiredName(retiredName(name))).toBe(true);
  expect(retiredName(retiredName(name))).toBe(retiredName(name));
});

it('marks a name as one that serves, takes the mark off again, and leaves a retired one retired', () => {
  const name = containerName(spec);
  const serving = servingName(name, true);
  expect([isServingName(name), isServingName(serving), isRetiredName(serving)]).toEqual([false, true, false]);
  expect(servingName(serving, true)).toBe(serving);
  expect(servingName(serving, false)).toBe(name);
  expect(retiredName(serving)).toBe(retiredName(name));
  expect([true, false].map((serves) => servingName(retiredName(name), serves))).toEqual(
    Array(2).fill(retiredName(name)),
  );
  for (const marked of [name, serving, retiredName(name)])
    expect(isMadeByUs({ name: marked, networkMode: 'host', instanceId: spec.instanceId })).toBe(true);
});
