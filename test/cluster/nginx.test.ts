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
      await ok(
        ...['service', 'run', '--name', 'proxy', '--tag', 'edge', '-p', '8080:80', '-v', '/etc/nginx'],
        ...['--health-http', '80/', '--health-deadline', '4s', '--watch', '0s', images.older.reference],
      );
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
    const tellOf = (what: string, seen: Asked[][]) => {
      const asked = seen.flat();
      const failed = asked.filter(({ by }) => by === null).length;
      tell(releases(), `${what}: ${asked.length} requests of ${clients.length} clients, ${failed} of them failed`);
    };

    test('DC-14, DC-20, PRT-03: redeployed to the next version under load, it answers at the same port as configured', async () => {
      const { ok } = cluster();
      const { older, newer, versionsDiffer } = releases();
      const before = await server();
      const programBefore = await inside(before, 'sha256sum', '/proc/1/exe');
      expect(before.Image).toBe(images.older.id);
      expect(await releaseAnswering()).toBe(older.version);

      const seen = await askedThrough(() =>
        ok('service', 'redeploy', 'proxy', '--order', 'stop-first', '--image', images.newer.reference),
      );

      const after = await server();
      expect(after.Image).toBe(images.newer.id);
      expect(after.Id).not.toBe(before.Id);
      expect(volumeOf(after)).toEqual(volumeOf(before));
      expect(addressOf(after)).toBe(addressOf(before));
      expect(await homepage()).toBe('written on the volume by hand');
      expect(await releaseAnswering()).toBe(newer.version);
      if (versionsDiffer) expect(await inside(after, 'sha256sum', '/proc/1/exe')).not.toBe(programBefore);
      // Each client: one silence, between the old one's last answer and the new one's first.
      for (const asked of seen) expect(answeredBy(asked)).toEqual([shortId(before), null, shortId(after)]);
      tellOf('stop-first', seen);
    });

    test('DC-20: a version that serves and is not healthy is taken back, and the old one answers as before', async () => {
      const { restow } = cluster();
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
      for (const asked of seen) expect(answeredBy(asked)).toEqual([shortId(before), null, shortId(before)]);
      tellOf('stop-first, taken back', seen);
    });
  },
);
