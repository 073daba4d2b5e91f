import { describe, expect, test } from 'vitest';
import { canonicalReference, parseImageReference } from './image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference is taken apart', () => {
  test.each([
    ['redis', 'docker.io', 'redis', null, null, 'docker.io/library/redis:latest'],
    ['redis:7', 'docker.io', 'redis', '7', null, 'docker.io/library/redis:7'],
    ['library/redis', 'docker.io', 'library/redis', null, null, 'docker.io/library/redis:latest'],
    ['index.docker.io/redis', 'docker.io', 'index.docker.io/redis', null, null, 'docker.io/library/redis:latest'],
    ['team/app:v1', 'docker.io', 'team/app', 'v1', null, 'docker.io/team/app:v1'],
    ['registry:5000/team/app:v1', 'registry:5000', 'registry:5000/team/app', 'v1', null, 'registry:5000/team/app:v1'],
    ['127.0.0.1:5001/app', '127.0.0.1:5001', '127.0.0.1:5001/app', null, null, '127.0.0.1:5001/app:latest'],
    ['[::1]:5000/app:v2', '[::1]:5000', '[::1]:5000/app', 'v2', null, '[::1]:5000/app:v2'],
    ['localhost/app', 'localhost', 'localhost/app', null, null, 'localhost/app:latest'],
    ['ghcr.io/o/a/b/c', 'ghcr.io', 'ghcr.io/o/a/b/c', null, null, 'ghcr.io/o/a/b/c:latest'],
    ['a__b/c-d--e.f:_x', 'docker.io', 'a__b/c-d--e.f', '_x', null, 'docker.io/a__b/c-d--e.f:_x'],
    [`app@${digest}`, 'docker.io', 'app', null, digest, `docker.io/library/app@${digest}`],
    [`r:1/app:v1@${digest}`, 'r:1', 'r:1/app', 'v1', digest, `r:1/app@${digest}`],
    // Without a slash there is no registry: the part behind the colon is a tag.
    ['registry:5000', 'docker.io', 'registry', '5000', null, 'docker.io/library/registry:5000'],
  ])('%s', (text, registry, repository, tag, digested, canonical) => {
    const parsed = parseImageReference(text);
    expect(parsed).toMatchObject({ ok: true, value: { registry, repository, tag, digest: digested } });
    expect(parsed.ok && canonicalReference(parsed.value)).toBe(canonical);
  });

  test('what is canonical is its own canonical form', () => {
    const parsed = parseImageReference('docker.io/library/redis:latest');
    expect(parsed.ok && canonicalReference(parsed.value)).toBe('docker.io/library/redis:latest');
  });
});

describe('a malformed reference is refused with what would be right', () => {
  test.each([
    ['', 'is empty; give one such as "app:v1"'],
    ['app v1', 'white space'],
    ['https://registry/app', 'leave out "https://"'],
    ['App', '"App" must be lower case, such as "app"'],
    ['team/App:v1', '"App" must be lower case, such as "app"'],
    ['team//app', 'empty part'],
    ['/app', 'empty part'],
    ['app/', 'empty part'],
    ['app:', 'the tag "" must be 1 to 128'],
    ['app:-x', 'the tag "-x"'],
    [`app:${'x'.repeat(129)}`, 'must be 1 to 128'],
    ['app:v1:v2', 'the tag "v1:v2"'],
    [':v1', 'it has no name'],
    ['app@sha256:12', 'the digest "sha256:12" is not "sha256:" and 64'],
    [`app@${digest}@${digest}`, 'more than one "@"'],
    ['a..b', 'joined by single'],
    ['a___b', 'joined by single'],
    ['-app', 'joined by single'],
    ['reg_istry:5000/app', 'is not a host or host:port'],
    ['registry:port/app', 'is not a host or host:port'],
    ['0123456789abcdef'.repeat(4), 'name an image by its id'],
    [`r.io/${'a'.repeat(255)}`, 'has 260 characters'],
  ])('%j', (text, words) => {
    const parsed = parseImageReference(text);
    expect(parsed.ok ? '' : parsed.refusal).toContain(words);
  });
});
