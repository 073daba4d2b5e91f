import { describe, expect, it } from 'vitest';
import { imageError, toEngineError, toImageError } from './docker-errors.ts';
import { EngineError } from './engine-error.ts';

const answered = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode, json: { message } });
const socket = '/run/docker.sock';

describe('what an engine says of an image', () => {
  // The engine's own words, version 20.10.
  it.each([
    [404, 'manifest unknown: manifest unknown', 'image-not-found'],
    [404, 'manifest for r:5000/app:v9 not found: manifest unknown: manifest unknown', 'image-not-found'],
    [400, 'invalid reference format: repository name must be lowercase', 'image-not-found'],
    [404, 'no matching manifest for linux/arm64/v8 in the manifest list entries', 'image-not-found'],
    [
      404,
      "pull access denied for app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'registry-denied',
    ],
    [500, 'unauthorized: authentication required', 'registry-denied'],
    [500, 'Get "https://r:5000/v2/": unauthorized: incorrect username or password', 'registry-denied'],
    [500, 'toomanyrequests: You have reached your pull rate limit.', 'registry-denied'],
    [500, 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'registry-unreachable'],
    [500, 'Get "https://10.96.0.77:5000/v2/": dial tcp 10.96.0.77:5000: i/o timeout', 'registry-unreachable'],
    [500, 'Get "https://r/v2/": dial tcp: lookup r on 10.0.0.53:53: no such host', 'registry-unreachable'],
    [500, 'Get "https://r:5000/v2/": http: server gave HTTP response to HTTPS client', 'registry-unreachable'],
    [500, 'Get "https://r/v2/": x509: certificate signed by unknown authority', 'registry-unreachable'],
    [null, 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'disk-full'],
    [500, 'something new', 'engine-refused'],
  ] as const)('%s %s: %s', (status, words, failure) => {
    const error = imageError(words, status, 'r:5000/app:v9');
    expect(error.failure).toBe(failure);
    expect(error.message).toContain('r:5000/app:v9');
    expect(error.message).toMatch(/\.$/);
  });

  it('keeps what the engine said as the cause', () => {
    const cause = answered(404, 'manifest unknown');
    expect(toImageError(cause, 'app:v1', socket)).toMatchObject({ failure: 'image-not-found', cause });
  });
});

describe('what an engine says of a container', () => {
  it.each([
    [403, 'Address already in use', 'address-in-use'],
    [404, 'No such container: web', 'instance-missing'],
    [404, 'No such image: app:latest', 'image-not-found'],
    [404, 'network restow-overlay not found', 'network'],
    [500, 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated', 'port-in-use'],
    [500, 'mkdir /var/lib/docker/overlay2/x: no space left on device', 'disk-full'],
    [400, 'OCI runtime create failed: exec: "/nope": no such file or directory: unknown', 'engine-refused'],
  ])('%i %s: %s', (status, words, failure) => {
    const error = toEngineError(answered(status, words), 'start container 0a1b2c3d4e5f', socket);
    expect(error).toMatchObject({
      failure,
      message: expect.stringContaining('could not start container 0a1b2c3d4e5f'),
    });
  });
});

describe('an engine that is not there', () => {
  it.each([
    ['ENOENT', /No Docker Engine answers at \/run\/docker\.sock: start it .* with --docker-socket\.$/],
    ['ECONNREFUSED', /No Docker Engine answers/],
    ['EACCES', /as root or in the socket's group/],
    ['ECONNRESET', /broke off/],
  ])('%s', (code, message) => {
    const error = toEngineError(Object.assign(new Error(code), { code }), 'start it', socket);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ failure: 'engine-unavailable', message: expect.stringMatching(message) });
  });
});

it('leaves a fault of our own as it is', () => {
  const fault = new TypeError('x is not a function');
  expect(toEngineError(fault, 'start it', socket)).toBe(fault);
  const illegal = Object.assign(new TypeError('bad'), { code: 'ERR_UNESCAPED_CHARACTERS' });
  expect(toImageError(illegal, 'a b', socket)).toBe(illegal);
});
