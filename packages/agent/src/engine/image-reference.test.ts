import { describe, expect, it } from 'vitest';
import { parseReference, registryOf } from './image-reference.ts';

describe('an image reference', () => {
  it.each([
    ['app', { repository: 'app', tag: null, digest: null }, 'docker.io'],
    ['team/app:v1', { repository: 'team/app', tag: 'v1', digest: null }, 'docker.io'],
    ['registry:5000/app', { repository: 'registry:5000/app', tag: null, digest: null }, 'registry:5000'],
    ['registry:5000/team/app:v1', { repository: 'registry:5000/team/app', tag: 'v1', digest: null }, 'registry:5000'],
    ['app@sha256:00', { repository: 'app', tag: null, digest: 'sha256:00' }, 'docker.io'],
    ['ghcr.io/a/b:v1@sha256:00', { repository: 'ghcr.io/a/b', tag: 'v1', digest: 'sha256:00' }, 'ghcr.io'],
    ['localhost/app:v1', { repository: 'localhost/app', tag: 'v1', digest: null }, 'localhost'],
  ])('%s', (reference, parts, registry) => {
    expect(parseReference(reference)).toEqual(parts);
    expect(registryOf(reference)).toBe(registry);
  });
});
