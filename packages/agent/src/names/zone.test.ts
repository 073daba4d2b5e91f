import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asker, answer, type NamedEndpoint, zoneOf } from './zone.ts';

let next = 0;

/** Slots 1 to `count` of a service, each with an address of its own. */
const service = (
  reference: string,
  count: number,
  { nodes = ['n1'], ...given }: Partial<NamedEndpoint> & { nodes?: string[] } = {},
): NamedEndpoint[] => {
  const [serviceName = '', stack = null] = reference.split('.');
  return Array.from({ length: count }, (_, at) => ({
    ...{ serviceId: `id of ${reference}`, serviceName, stack, slotIndex: at + 1, named: true, everyNode: false },
    ...{ address: `10.7.${++next >> 8}.${next & 255}`, nodeId: nodes[at % nodes.length]! },
    ...given,
  }));
};

const zone = (...services: NamedEndpoint[][]) =>
  zoneOf({ nodeId: 'n1', overlaySubnet: '10.7.0.0/16' }, services.flat());

const asker = (reference: string, links: Record<string, string> = {}): Asker => ({
  nodeAddress: '172.30.0.2',
  serviceId: `id of ${reference}`,
  stack: reference.split('.')[1] ?? null,
  links: Object.entries(links).map(([alias, of]) => ({
    ...{ alias, serviceId: `id of ${of}`, serviceName: of.split('.')[0]! },
  })),
});

const addresses = (...endpoints: NamedEndpoint[]) => ({
  kind: 'addresses',
  addresses: endpoints.map(({ address }) => address),
});
const nothing = { kind: 'nothing' };
const foreign = { kind: 'foreign' };

describe('a bare name', () => {
  const web = service('web', 3);

  it('is a slot, or a service with all its slots', () => {
    expect(answer('web-2', null, zone(web))).toEqual(addresses(web[1]!));
    expect(answer('web', null, zone(web))).toEqual(addresses(...web));
  });

  it('is asked in any spelling, with a dot at its end or none', () => {
    expect(answer('Web-2.', null, zone(web))).toEqual(addresses(web[1]!));
  });

  it('leads to the slots that are named, and nowhere while none is', () => {
    const [one, two] = service('db', 2);
    expect(answer('db', null, zone([one!, { ...two!, named: false }]))).toEqual(addresses(one!));
    expect(answer('db-2', null, zone([one!, { ...two!, named: false }]))).toEqual(nothing);
    expect(answer('db', null, zone([{ ...one!, named: false }]))).toEqual(nothing);
  });

  it("is nobody's when its service is, and nowhere when only its slot is not there", () => {
    expect(answer('web-4', null, zone(web))).toEqual(nothing);
    for (const name of ['web-0', 'web-02', 'web-', 'webs', 'webs-1', 'example.com', 'a.b.c', '.', ''])
      expect(answer(name, null, zone(web)), name).toEqual(foreign);
  });

  it('is the service of that name before it is a slot of another', () => {
    const mysql = service('mysql', 8);
    const named = service('mysql-8', 2);
    expect(answer('mysql-8', null, zone(mysql, named))).toEqual(addresses(...named));
    expect(answer('mysql-8', null, zone(mysql))).toEqual(addresses(mysql[7]!));
    expect(answer('mysql-8-2', null, zone(mysql, named))).toEqual(addresses(named[1]!));
  });
});

describe('stacks', () => {
  const [plain, common, shop] = [service('db', 2), service('db.common', 1), service('db.shop', 2)];
  const front = asker('web.shop');

  it('LNK-04: a name with its stack is that of the stack, whoever asks', () => {
    const all = zone(plain, common, shop);
    for (const who of [null, front, asker('web'), asker('web.common')]) {
      expect(answer('db-1.common', who, all)).toEqual(addresses(common[0]!));
      expect(answer('db.shop', who, all)).toEqual(addresses(...shop));
    }
  });

  it("LNK-05: a bare name is the own stack's first, then that of no stack", () => {
    expect(answer('db-1', front, zone(plain, common, shop))).toEqual(addresses(shop[0]!));
    expect(answer('db-1', front, zone(plain, common))).toEqual(addresses(plain[0]!));
    expect(answer('db-1', asker('web'), zone(plain, common, shop))).toEqual(addresses(plain[0]!));
    expect(answer('db-1', null, zone(plain, common, shop))).toEqual(addresses(plain[0]!));
  });

  it("is never another stack's without saying so", () => {
    expect(answer('db-1', front, zone(common))).toEqual(foreign);
    expect(answer('db', asker('web'), zone(common, shop))).toEqual(foreign);
  });

  it("a slot that the own stack does not have is not somebody else's", () => {
    expect(answer('db-2', asker('web.common'), zone(plain, common))).toEqual(nothing);
    // Nor while its first instance does not serve yet.
    const starting = common.map((endpoint) => ({ ...endpoint, named: false }));
    expect(answer('db', asker('web.common'), zone(plain, starting))).toEqual(nothing);
  });

  it('a service given that very name is, wherever a slot could have been meant', () => {
    const named = service('db-2', 1);
    expect(answer('db-2', asker('web.common'), zone(common, named))).toEqual(addresses(named[0]!));
  });

  it('a domain that is no stack of ours is passed on', () => {
    expect(answer('db.example', front, zone(plain, shop))).toEqual(foreign);
    expect(answer('other.shop', front, zone(plain, shop))).toEqual(foreign);
    expect(answer('db-9.shop', front, zone(plain, shop))).toEqual(nothing);
  });
});

describe('links', () => {
  const [api, web] = [service('api.shop', 2), service('web', 1)];

  it('LNK-09: an alias is the service it stands for, and its slots, for those who have it', () => {
    const linked = asker('web', { backend: 'api.shop' });
    expect(answer('backend', linked, zone(api, web))).toEqual(addresses(...api));
    expect(answer('backend-2', linked, zone(api, web))).toEqual(addresses(api[1]!));
    expect(answer('backend-3', linked, zone(api, web))).toEqual(nothing);
    for (const who of [null, asker('api.shop'), asker('other')])
      for (const name of ['backend', 'backend-2']) expect(answer(name, who, zone(api, web))).toEqual(foreign);
  });

  it('an alias comes before every name, and may have dots in it', () => {
    const linked = asker('client', { web: 'api.shop', 'web.prod': 'web' });
    expect(answer('web', linked, zone(api, web))).toEqual(addresses(...api));
    expect(answer('web.prod', linked, zone(api, web))).toEqual(addresses(...web));
  });

  it('an alias of a service that is gone leads nowhere', () => {
    expect(answer('backend', asker('web', { backend: 'api.shop' }), zone(web))).toEqual(nothing);
  });

  it('LNK-12: the server knows nothing of its client', () => {
    const linked = asker('web', { backend: 'api.shop' });
    expect(answer('backend', linked, zone(api)).kind).toBe('addresses');
    expect(answer('web', asker('api.shop'), zone(api))).toEqual(foreign);
  });
});

describe('STR-07: links between two services that run on every node', () => {
  const nodes = ['n1', 'n2', 'n3'];
  const server = service('server', 3, { nodes, everyNode: true });
  const everywhere = service('client', 3, { nodes, everyNode: true });
  const some = service('client', 3, { nodes });
  const client = asker('client', { cache: 'server' });
  const on = (nodeId: string, ...services: NamedEndpoint[][]) =>
    zoneOf({ nodeId, overlaySubnet: null }, services.flat());

  it('each sees the slot of its own node, and no other', () => {
    for (const [at, node] of nodes.entries()) {
      const here = on(node, server, everywhere);
      expect(answer('cache', client, here)).toEqual(addresses(server[at]!));
      for (const [slot, endpoint] of server.entries())
        expect(answer(`cache-${slot + 1}`, client, here)).toEqual(slot === at ? addresses(endpoint) : nothing);
    }
  });

  it('on a node without one, the alias leads nowhere', () => {
    expect(answer('cache', client, on('n4', server, everywhere))).toEqual(nothing);
  });

  it('where only one of the two runs on every node, all are seen', () => {
    expect(answer('cache', client, on('n1', server, some))).toEqual(addresses(...server));
    const plain = server.map((endpoint) => ({ ...endpoint, everyNode: false }));
    expect(answer('cache', client, on('n1', plain, everywhere))).toEqual(addresses(...plain));
  });
});

describe('an address', () => {
  const [plain, shop] = [service('db', 1), service('db.shop', 1)];
  const reverse = (address: string) => `${address.split('.').reverse().join('.')}.in-addr.arpa`;

  it('is called what its slot is called', () => {
    expect(answer(reverse(plain[0]!.address), null, zone(plain, shop))).toEqual({ kind: 'name', name: 'db-1' });
    expect(answer(reverse(shop[0]!.address), null, zone(plain, shop))).toEqual({ kind: 'name', name: 'db-1.shop' });
  });

  it('of the overlay that nobody has is nowhere, any other is passed on', () => {
    expect(answer(reverse('10.7.250.1'), null, zone(plain))).toEqual(nothing);
    expect(answer(reverse('10.8.0.1'), null, zone(plain))).toEqual(foreign);
    expect(answer(reverse('10.7.250.1'), null, on0(plain))).toEqual(foreign);
  });
  const on0 = (...services: NamedEndpoint[][]) => zoneOf({ nodeId: 'n1', overlaySubnet: null }, services.flat());
});

describe('whatever there is', () => {
  const name = fc.constantFrom('db', 'db-1', 'web', 'web-2');
  const stack = fc.constantFrom(null, 'shop', 'common');
  const endpoints = fc
    .uniqueArray(
      fc.record({
        serviceName: name,
        stack,
        slotIndex: fc.integer({ min: 1, max: 3 }),
        named: fc.boolean(),
        everyNode: fc.boolean(),
      }),
      { selector: ({ serviceName, stack, slotIndex }) => `${serviceName} ${stack} ${slotIndex}`, maxLength: 20 },
    )
    .map((all) =>
      all.map((one, at) => ({
        ...one,
        serviceId: `${one.serviceName} ${one.stack}`,
        address: `10.7.0.${at + 1}`,
        nodeId: `n${(at % 3) + 1}`,
      })),
    );
  const who = fc.option(
    fc.record({ stack, alias: name, serviceName: name, to: stack }).map(
      ({ stack, alias, serviceName, to }): Asker => ({
        ...{ nodeAddress: '172.30.0.9', serviceId: `web ${stack}`, stack },
        links: [{ alias, serviceId: `${serviceName} ${to}`, serviceName }],
      }),
    ),
  );
  const question = fc
    .tuple(name, fc.constantFrom('', '-1', '-3'), fc.constantFrom('', '.shop', '.common', '.com'))
    .map((parts) => parts.join(''));
  const about = (all: NamedEndpoint[]) => zoneOf({ nodeId: 'n1', overlaySubnet: '10.7.0.0/16' }, all);

  it('the same addresses are given at every turn, each of them first in its turn', () => {
    fc.assert(
      fc.property(endpoints, who, question, (all, asker, asked) => {
        const first = answer(asked, asker, about(all));
        if (first.kind !== 'addresses') return;
        const turns = first.addresses.map((_, turn) => answer(asked, asker, about(all), turn));
        for (const turn of turns)
          expect(turn.kind === 'addresses' && turn.addresses.toSorted()).toEqual(first.addresses.toSorted());
        expect(turns.map((turn) => turn.kind === 'addresses' && turn.addresses[0])).toEqual(first.addresses);
      }),
    );
  });

  it('no address is given that is not named, twice, or of two services', () => {
    fc.assert(
      fc.property(endpoints, who, question, (all, asker, asked) => {
        const found = answer(asked, asker, about(all));
        if (found.kind !== 'addresses') return;
        const given = found.addresses.map((address) => all.find((one) => one.address === address)!);
        expect(given.every(({ named }) => named)).toBe(true);
        expect(new Set(found.addresses).size).toBe(found.addresses.length);
        expect(new Set(given.map(({ serviceId }) => serviceId)).size).toBe(1);
      }),
    );
  });

  it('what an address is called leads back to it', () => {
    fc.assert(
      fc.property(endpoints, (all) => {
        for (const { address, named, serviceName, stack, slotIndex } of all) {
          const called = answer(`${address.split('.').reverse().join('.')}.in-addr.arpa`, null, about(all));
          // A service of that very name has it.
          if (all.some((one) => one.serviceName === `${serviceName}-${slotIndex}` && one.stack === stack)) continue;
          expect(called.kind).toBe('name');
          if (called.kind === 'name' && named)
            expect(answer(called.name, null, about(all))).toEqual({ kind: 'addresses', addresses: [address] });
        }
      }),
    );
  });

  it('who has no link and no stack sees what is without a stack, or is asked for with one', () => {
    fc.assert(
      fc.property(endpoints, question, (all, asked) => {
        const found = answer(asked, null, about(all));
        if (found.kind !== 'addresses') return;
        const [given] = all.filter(({ address }) => found.addresses.includes(address));
        expect(given!.stack).toBe(asked.split('.')[1] ?? null);
      }),
    );
  });
});
