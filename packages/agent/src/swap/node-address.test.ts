import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { FakeEngine } from '../../../../test/lib/fake-engine.ts';
import { FakeNetwork } from '../../../../test/lib/fake-network.ts';
import { chooseNodeAddress, NodeAddresses } from './node-address.ts';

const subnet = '10.201.0.0/24';

describe('an address on the node network', () => {
  it.each<[string, string[], string | null]>([
    ['is the first after the bridge’s own', [], '10.201.0.2'],
    ['is the lowest that is free', ['10.201.0.2', '10.201.0.4'], '10.201.0.3'],
    ['minds no address of another network', ['10.7.0.2'], '10.201.0.2'],
    [
      'is never one that the engine may choose itself',
      Array.from({ length: 222 }, (_, index) => `10.201.0.${index + 2}`),
      null,
    ],
  ])('%s', (_, taken, expected) => expect(chooseNodeAddress(subnet, taken)).toBe(expected));

  it('is another one for each container that is made at the same time', async () => {
    const engine = new FakeEngine({ nodeId: 'n1' });
    const image = engine.buildLocally('app');
    await engine.ensureNetworks({ overlaySubnet: '10.7.0.0/16', nodeSubnet: subnet });
    const addresses = new NodeAddresses({ engine, network: new FakeNetwork(), nodeSubnet: subnet });
    const given = await Promise.all(
      Array.from({ length: 20 }, () =>
        addresses.use(async (address) => {
          await engine.create(anInstance(image), address);
          return address;
        }),
      ),
    );
    expect(new Set(given).size).toBe(20);
  });

  it('is none that a port still leads to: whoever was removed by hand has his port lead to nobody else', async () => {
    const engine = new FakeEngine({ nodeId: 'n1' });
    const network = new FakeNetwork();
    const addresses = new NodeAddresses({ engine, network, nodeSubnet: subnet });
    const toAddress = '10.201.0.2';
    const mapping = { protocol: 'tcp', hostPort: 8080, toAddress, toPort: 80, overlayAddress: null } as const;
    await network.ensure({ subnet: '10.7.0.0/16', gateway: '', vxlanId: 77, underlay: '', nodeId: 'n1' });
    await network.mapPorts([mapping]);
    const next = () => addresses.use(async (address) => address);
    expect(await next()).toBe('10.201.0.3');
    await network.unmapPorts([mapping]);
    expect(await next()).toBe(toAddress);
  });

  it('is free again when the container could not be made', async () => {
    const addresses = new NodeAddresses({
      ...{ engine: new FakeEngine({ nodeId: 'n1' }), network: new FakeNetwork(), nodeSubnet: subnet },
    });
    const refusal = new Error('refused');
    await expect(addresses.use(() => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await addresses.use(async (address) => address)).toBe('10.201.0.2');
  });
});
