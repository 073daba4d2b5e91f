import { describe, expect, test } from 'vitest';
import { readAnswer } from './load-client-answer.ts';

const headers = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Instance: 0c6cb6af\r\n';

describe('an answer', () => {
  test('is whole with the last byte of its body, and not before', () => {
    const text = `${headers}\r\nv1\n`;
    for (const length of text.split('').keys()) expect(readAnswer(text.slice(0, length), false)).toBeNull();
    expect(readAnswer(text, false)).toEqual({ status: 200, body: 'v1', by: '0c6cb6af', closes: false });
  });

  test('of which the connection brought a part before its end is none', () => {
    expect(readAnswer(`${headers}\r\nv`, true)).toBeNull();
    expect(readAnswer('', true)).toBeNull();
  });

  test('without a length is whole with the end of the connection', () => {
    const text = 'HTTP/1.0 404 Not Found\r\n\r\nno';
    expect(readAnswer(text, false)).toBeNull();
    expect(readAnswer(text, true)).toEqual({ status: 404, body: 'no', by: null, closes: true });
  });

  test.each([
    ['HTTP/1.1', 'connection: close\r\n', true],
    ['HTTP/1.1', 'Connection: Close\r\n', true],
    ['HTTP/1.1', '', false],
    ['HTTP/1.0', '', true],
    ['HTTP/1.0', 'connection: keep-alive\r\n', false],
  ])('%s with "%j" ends the connection: %s', (protocol, header, closes) => {
    const text = `${protocol} 200 OK\r\ncontent-length: 0\r\n${header}\r\n`;
    expect(readAnswer(text, false)).toMatchObject({ closes });
  });
});
