import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeService, readService } from '../../packages/coordinator/src/services/describe-service.ts';
import { DeploymentLab } from '../lib/deployment-lab.ts';

describe('a slot whose instance has the node’s own network', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open(['n1']);
  });
  afterEach(() => lab.end());

  const ports = [{ containerPort: 80, protocol: 'tcp', published: false, hostPort: null } as const];
  const announced = async (deploymentId: string) =>
    (await lab.store.deployments.steps(deploymentId)).find(({ name }) => name === 'announce-endpoint')?.detail;

  test('is told without an address, and with its ports at the node; with bridge again it has both as before', async () => {
    const service = await lab.define({ net: 'host', ports });
    const first = await lab.run(service);
    expect(first).toMatchObject({ state: 'succeeded' });
    expect(await announced(first.id)).toBe('10.7.0.1 rests');
    expect(describeService(await readService(lab.world, service)).slots).toMatchObject([
      { name: 'web-1', address: '', nodeName: 'n1', ports: [{ containerPort: 80, protocol: 'tcp', hostPort: 80 }] },
    ]);

    const bridged = await lab.edit(service, { net: 'bridge' });
    // What runs is told, not what is wanted.
    expect(describeService(await readService(lab.world, bridged)).slots).toMatchObject([{ address: '' }]);
    const second = await lab.run(bridged);
    expect(await announced(second.id)).toBe('10.7.0.1 lives on n1');
    expect(describeService(await readService(lab.world, bridged)).slots).toMatchObject([
      { address: '10.7.0.1', ports: [{ containerPort: 80, hostPort: null }] },
    ]);
  });
});
