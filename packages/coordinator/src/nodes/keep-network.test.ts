import { defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import { beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLab } from '../../../../test/lib/deployment-lab.ts';
import { keepNetwork } from './keep-network.ts';

let lab: DeploymentLab;
beforeEach(async () => {
  lab = await DeploymentLab.open();
  return () => lab.end();
});

test('without anything given it is the default, and later what it was', async () => {
  expect(await keepNetwork(lab.store, {})).toEqual(defaultClusterNetwork);
  await keepNetwork(lab.store, { overlaySubnet: '10.9.0.0/16', mtu: 8950 });
  expect(await keepNetwork(lab.store, {})).toEqual({
    ...defaultClusterNetwork,
    overlaySubnet: '10.9.0.0/16',
    mtu: 8950,
  });
});

test('what is given is checked against what was', async () => {
  await keepNetwork(lab.store, { nodeSubnet: '10.7.3.0/24', overlaySubnet: '10.8.0.0/16' });
  await expect(keepNetwork(lab.store, { overlaySubnet: '10.7.0.0/16' })).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ field: '--node-subnet', message: expect.stringContaining('overlaps the overlay subnet 10.7.0.0/16') }],
  });
});

describe('once there are slots', () => {
  beforeEach(async () => {
    await keepNetwork(lab.store, { vxlanId: 78 });
    await lab.run(await lab.define());
  });

  test('it cannot change, and all that was given otherwise is named', async () => {
    await expect(keepNetwork(lab.store, { vxlanId: 79, mtu: 1400, vxlanPort: 4789 })).rejects.toMatchObject({
      code: 'failed-precondition',
      message:
        'This cluster has slots, and under them its network cannot change: start with --vxlan-id 78 (not 79) and with --mtu 1450 (not 1400), or remove all services first.',
    });
    expect(await keepNetwork(lab.store, { vxlanId: 78 })).toMatchObject({ vxlanId: 78, mtu: 1450 });
  });

  test('and when they are gone it can', async () => {
    await lab.remove((await lab.store.services.list())[0]!);
    expect(await keepNetwork(lab.store, { vxlanId: 79 })).toMatchObject({ vxlanId: 79 });
  });
});
