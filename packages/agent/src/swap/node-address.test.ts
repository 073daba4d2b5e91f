import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { FakeEngine } from '../../../../test/lib/fake-engine.ts';
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
    const addresses = new NodeAddresses(engine, subnet);
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

  it('is free again when the container could not be made', async () => {
    const addresses = new NodeAddresses(new FakeEngine({ nodeId: 'n1' }), subnet);
    const refusal = new Error('refused');
    await expect(addresses.use(() => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await addresses.use(async (address) => address)).toBe('10.201.0.2');
  });
});
