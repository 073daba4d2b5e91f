import { openAsBlob } from 'node:fs';
import { RestowError } from '@restow/shared/base/errors';
import { busyboxLayer } from './busybox-layer.ts';
import { digestOf, type ImageEntry, type ImageLayer, packLayer } from './image-layer.ts';
import type { LayerFile } from './layer-file.ts';

/** Docker's own health check; times in milliseconds. */
export interface ImageHealthCheck {
  /** As in a Dockerfile: `['CMD', ...]`, `['CMD-SHELL', line]`. */
  test: string[];
  intervalMs?: number;
  timeoutMs?: number;
  startPeriodMs?: number;
  retries?: number;
}

/** What an image holds and how it starts. */
export interface ImageSpec {
  /** On top of busybox, in a layer of their own. */
  files?: readonly ImageEntry[];
  /** Further layers, each pushed and pulled on its own, the lowest first; below `files`. Packed already, or to be packed. */
  layers?: readonly (readonly ImageEntry[] | LayerFile)[];
  entrypoint?: string[];
  cmd?: string[];
  env?: Record<string, string>;
  /** HEALTHCHECK. */
  healthCheck?: ImageHealthCheck;
  /** VOLUME: paths in the container. */
  volumes?: string[];
  /** EXPOSE: such as `80/tcp`. */
  ports?: string[];
  stopSignal?: string;
  user?: string;
  workingDir?: string;
  labels?: Record<string, string>;
}

export interface PushedImage {
  /** `REGISTRY/NAME:TAG`, as an engine is asked for it. */
  reference: string;
  /** Of the manifest: what the tag means from now on. */
  digest: string;
  /** Of the configuration: the image's id in an engine. */
  id: string;
}

const nanoseconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms * 1e6);
const asSet = (names: readonly string[] | undefined) => names && Object.fromEntries(names.map((name) => [name, {}]));

const configOf = (spec: ImageSpec, diffIds: string[]) => ({
  architecture: process.arch === 'x64' ? 'amd64' : process.arch,
  os: 'linux',
  created: '2026-01-01T00:00:00Z',
  config: {
    Env: Object.entries({ PATH: '/bin', ...spec.env }).map(([name, value]) => `${name}=${value}`),
    Entrypoint: spec.entrypoint,
    Cmd: spec.cmd,
    Volumes: asSet(spec.volumes),
    ExposedPorts: asSet(spec.ports),
    StopSignal: spec.stopSignal,
    User: spec.user,
    WorkingDir: spec.workingDir,
    Labels: spec.labels,
    Healthcheck: spec.healthCheck && {
      Test: spec.healthCheck.test,
      Interval: nanoseconds(spec.healthCheck.intervalMs),
      Timeout: nanoseconds(spec.healthCheck.timeoutMs),
      StartPeriod: nanoseconds(spec.healthCheck.startPeriodMs),
      Retries: spec.healthCheck.retries,
    },
  },
  rootfs: { type: 'layers', diff_ids: diffIds },
});

const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';

/** For an answer that takes no work, and for one that takes in a whole layer. Milliseconds. */
const [patience, patienceForBytes] = [20_000, 120_000];

const ask = async (method: string, url: string, expected: number, init: RequestInit = {}): Promise<Response> => {
  const answer = await fetch(url, { method, signal: AbortSignal.timeout(patience), ...init });
  if (answer.status === expected) return answer;
  throw new RestowError('unavailable', `${method} ${url} was answered ${answer.status}: ${await answer.text()}`);
};

const pushBlob = async (repository: string, digest: string, bytes: () => Promise<Blob>): Promise<void> => {
  const there = await fetch(`${repository}/blobs/${digest}`, { method: 'HEAD', signal: AbortSignal.timeout(patience) });
  if (there.ok) return;
  const upload = await ask('POST', `${repository}/blobs/uploads/`, 202);
  const location = new URL(upload.headers.get('location') ?? '', repository);
  location.searchParams.set('digest', digest);
  await ask('PUT', location.href, 201, {
    body: await bytes(),
    headers: { 'content-type': 'application/octet-stream' },
    signal: AbortSignal.timeout(patienceForBytes),
  });
};

const inMemory = (blob: Buffer) => async () => new Blob([new Uint8Array(blob)]);
const pushLayer = (repository: string, layer: ImageLayer | LayerFile): Promise<void> =>
  pushBlob(repository, layer.digest, 'file' in layer ? () => openAsBlob(layer.file) : inMemory(layer.blob));
const sizeOf = (layer: ImageLayer | LayerFile): number => ('file' in layer ? layer.size : layer.blob.length);

/**
 * Builds an image and pushes it to a registry (`HOST:PORT`, plain HTTP) under `name:tag`, by the registry's own
 * protocol: no engine is asked. The same spec gives the same digest; another spec under the same tag moves the tag.
 */
export async function pushImage(registry: string, name: string, tag: string, spec: ImageSpec): Promise<PushedImage> {
  const own = [...(spec.layers ?? []), ...(spec.files ? [spec.files] : [])];
  const layers = await Promise.all([
    busyboxLayer(),
    ...own.map(async (layer) => ('file' in layer ? layer : packLayer(layer))),
  ]);
  const config = Buffer.from(
    JSON.stringify(
      configOf(
        spec,
        layers.map(({ diffId }) => diffId),
      ),
    ),
  );
  const id = digestOf(config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: id },
    layers: layers.map((layer) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      size: sizeOf(layer),
      digest: layer.digest,
    })),
  });
  const repository = `http://${registry}/v2/${name}`;
  await Promise.all([
    pushBlob(repository, id, inMemory(config)),
    ...layers.map((layer) => pushLayer(repository, layer)),
  ]);
  await ask('PUT', `${repository}/manifests/${tag}`, 201, { body: manifest, headers: { 'content-type': mediaType } });
  return { reference: `${registry}/${name}:${tag}`, digest: digestOf(manifest), id };
}
