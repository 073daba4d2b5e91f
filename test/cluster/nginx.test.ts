import { gunzipSync } from 'node:zlib';
import { type PushedImage, pushImage } from '@restow/lab/push-image';
import { beforeAll, expect, test, vi } from 'vitest';
import { type Asked, answeredBy, type ClientLoop, startClientLoop } from '../lab/client-loop.ts';
import type { EngineContainer } from '../lab/cluster.ts';
import { describeSoftware, tell } from '../software/describe-software.ts';
import { nginx } from '../software/nginx.ts';

/** Says who answers, what its package is, and that it is read from the volume. */
const site = `server {
  listen 80 default_server;
  add_header x-instance $hostname always;
  location = / { return 200 "written on the volume by hand"; }
  location = /release { alias /usr/share/doc/nginx/changelog.Debian.gz; }
}
`;

/** Serves, and says that it cannot. */
const sick = `user www-data;
events {}
http { server { listen 80; return 503; } }
`;

/** As many clients, each with a new connection for every request. */
const clients = ['1', '2', '3', '4', '5', '6'].map((client) => `http://n1:8080/?${client}`);

const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);
const addressOf = ({ NetworkSettings }: EngineContainer) => NetworkSettings.Networks['restow-overlay']?.IPAddress;
const volumeOf = ({ Mounts }: EngineContainer) =>
  Mounts.filter(({ Destination }) => Destination === '/etc/nginx').map(({ Type, Name }) => `${Type} ${Name}`);

await describeSoftware(
  nginx,
  'nginx with a fixed port, its configuration on a volume and a health check',
  (cluster, releases) => {
    let images: { older: PushedImage; newer: PushedImage; sick: PushedImage };

    const server = async (): Promise<EngineContainer> => {
      const [container, ...others] = await cluster().running('proxy');
      expect(others).toEqual([]);
      return container!;
    };
    const inside = ({ host, Id }: EngineContainer, ...command: string[]) =>
      cluster().lab.docker(host, 'exec', Id, ...command);
    const homepage = () => cluster().ask('n3', 'http://n1:8080/');
    /** The version of the package whose nginx answers at the port, by the changelog in it. */
    const releaseAnswering = async (): Promise<string | undefined> => {
      const url = `http://${cluster().addressOf('n1')}:8080/release`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
      return /^nginx \((.*?)\)/.exec(gunzipSync(await answer.arrayBuffer()).toString())?.[1];
    };

    beforeAll(async () => {
      const { lab, ok } = cluster();
      const { older, newer, made } = releases();
      const push = (tag: string, image: typeof older.image) => pushImage(lab.registry.address, 'nginx', tag, image);
      images = {
        older: await push('older', older.image),
        newer: await push('newer', newer.image),
        sick: await push('sick', {
          ...newer.image,
          files: [...(newer.image.files ?? []), { path: 'srv/sick.conf', content: sick }],
          cmd: ['/usr/sbin/nginx', '-c', '/srv/sick.conf', '-g', 'daemon off;'],
        }),
      };
      await ok('tag', 'add', '-t', 'edge', 'n1');
      const words = 'service run --name proxy --tag edge -p 8080:80 -v /etc/nginx:shared --health-http 80/ --watch 0s';
      await ok(...words.split(' '), images.older.reference);
      const first = await server();
      const configure = `cd /etc/nginx && rm sites-enabled/default && echo '${site}' >conf.d/site.conf && nginx -s reload`;
      await inside(first, 'sh', '-c', configure);
      await vi.waitFor(async () => expect(await homepage()).toBe('written on the volume by hand'), 10_000);
      tell(releases(), made);
    });

    /** What the clients saw while something was done, from before until every one of them is answered again. */
    const askedThrough = async (doing: () => Promise<unknown>): Promise<Asked[][]> => {
      const load: ClientLoop = startClientLoop(cluster().lab, 'n3', clients);
      const seen = () => clients.map((client) => load.of(client));
      const areAnswered = async () => {
        const by = shortId(await server());
        await vi.waitFor(() => expect(seen().map((asked) => asked.at(-1)?.by)).toEqual(clients.map(() => by)), 10_000);
      };
      try {
        await areAnswered();
        await doing();
        await areAnswered();
      } finally {
        await load.stop();
      }
      return seen();
    };
    const failedOf = (seen: Asked[][]): number => seen.flat().filter(({ by }) => by === null).length;
    const figuresOf = (seen: Asked[][]): string =>
      `${seen.flat().length} requests of ${clients.length} clients, ${failedOf(seen)} of them failed`;
    /** Who answered each client, one after another, with the times left out in which nobody did. */
    const answerers = (seen: Asked[][]) => seen.map((asked) => answeredBy(asked.filter(({ by }) => by !== null)));
    const forEach = <T>(what: T): T[] => clients.map(() => what);

    /** Redeploys under load, shows that it is the other version as configured, and returns what the clients saw. */
    const redeployed = async (to: 'older' | 'newer', order: 'auto' | 'stop-first'): Promise<Asked[][]> => {
      const { older, newer, versionsDiffer } = releases();
      const [from, other] = to === 'newer' ? [older, newer] : [newer, older];
      const before = await server();
      const programBefore = await inside(before, 'sha256sum', '/proc/1/exe');
      expect(await releaseAnswering()).toBe(from.version);

      const words = ['service', 'redeploy', 'proxy', '--order', order, '--image', images[to].reference];
      const seen = await askedThrough(() => cluster().ok(...words));

      const after = await server();
      expect(after.Image).toBe(images[to].id);
      expect(after.Id).not.toBe(before.Id);
      expect(volumeOf(after)).toEqual(volumeOf(before));
      expect(addressOf(after)).toBe(addressOf(before));
      expect(await homepage()).toBe('written on the volume by hand');
      expect(await releaseAnswering()).toBe(other.version);
      if (versionsDiffer) expect(await inside(after, 'sha256sum', '/proc/1/exe')).not.toBe(programBefore);
      expect(answerers(seen)).toEqual(forEach([shortId(before), shortId(after)]));
      return seen;
    };

    test('DC-14, DC-20, PRT-03: redeployed under load, it is the next version at the same port as configured; start-first fails no request, stop-first does', async () => {
      const gentle = await redeployed('newer', 'auto');
      const back = await redeployed('older', 'stop-first');
      tell(releases(), `start-first: ${figuresOf(gentle)}; back again, stop-first: ${figuresOf(back)}`);
      // The client that sees no failure is one that would have seen it.
      expect(failedOf(back)).toBeGreaterThan(clients.length);
      expect(failedOf(gentle)).toBe(0);
    });

    test('DC-20: a version that serves and is not healthy is taken back, and start-first nobody notices', async () => {
      const { ok, restow } = cluster();
      await ok('service', 'update', '--health-deadline', '4s', 'proxy');
      const before = await server();
      const seen = await askedThrough(async () => {
        const { code, stderr } = await restow('service', 'redeploy', 'proxy', '--image', images.sick.reference);
        expect({ code, stderr }).toMatchObject({ code: 3 });
        expect(stderr).toContain('503');
      });
      const after = await server();
      expect(after.Id).toBe(before.Id);
      expect(volumeOf(after)).toEqual(volumeOf(before));
      expect(await homepage()).toBe('written on the volume by hand');
      expect(answerers(seen)).toEqual(forEach([shortId(before)]));
      expect(failedOf(seen)).toBe(0);
      tell(releases(), `taken back: ${figuresOf(seen)}`);
    });
  },
);
