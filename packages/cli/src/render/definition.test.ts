import { defaultDefinition } from '@restow/shared/domain/service';
import { expect, test } from 'vitest';
import { definitionChanges } from './definition.ts';

test('what a change changed, in the words it was asked in', () => {
  const before = { ...defaultDefinition('app:v1'), tags: ['prod'] };
  const after = {
    ...before,
    image: 'app:v2',
    tags: [],
    volumes: [{ path: '/data', access: 'shared' as const, readOnly: true }],
    command: ['sh', '-c', "echo 'hi'"],
    memoryBytes: 256 * 2 ** 20,
    healthCheck: { kind: 'http' as const, port: 80, path: '/up' },
    update: { ...before.update, watchMs: 500 },
  };
  expect(definitionChanges(before, after)).toEqual([
    'image: app:v1 -> app:v2',
    'tags: prod -> -',
    "command: the image's own -> sh -c 'echo '\\''hi'\\'''",
    'volumes: - -> /data:ro',
    'memory: no limit -> 256 MiB',
    "health: the image's own -> http 80/up",
    'timing: healthy after 2s or within 1m, watched for 5s -> healthy after 2s or within 1m, watched for 500ms',
  ]);
  expect(definitionChanges(after, after)).toEqual([]);
});

test('values of variables are not told: they may be secret, and notes end in logs', () => {
  const before = { ...defaultDefinition('app:v1'), env: { KEEP: '1', TOKEN: 'old', GONE: 'x' } };
  const after = { ...before, env: { KEEP: '1', TOKEN: 'new', MORE: 'y' } };
  expect(definitionChanges(before, after)).toEqual(['environment: TOKEN changed, MORE added, GONE removed']);
});
