import { describe, expect, it } from 'vitest';
import { type RememberedEvent, whyEnded } from './why-ended.ts';

/** `start kill:15 die` */
const events = (text: string): RememberedEvent[] =>
  text.split(' ').flatMap((word) => {
    const [action = '', signal = '0'] = word.split(':');
    return action === '' ? [] : [{ action, signal: Number(signal) }];
  });

describe('why a container ended, as its engine remembers', () => {
  it.each([
    ['its program ended', 'start die', '', 'by-itself'],
    ['it was stopped', 'start kill:15 die', '', 'asked'],
    ['it was stopped and had to be killed', 'start kill:15 kill:9 die', '', 'asked'],
    ['it was stopped by its own signal', 'start kill:3 die', 'SIGQUIT', 'asked'],
    ['by its own signal, without SIG, in small letters', 'start kill:28 die', 'winch', 'asked'],
    ['by its own signal as a number', 'start kill:10 die', '10', 'asked'],
    ['by a real-time signal', 'start kill:37 die', 'SIGRTMIN+3', 'asked'],
    ['it was told to read its settings again, and ended later', 'start kill:1 die', '', 'by-itself'],
    ['the signal is another one’s stop signal', 'start kill:3 die', 'SIGINT', 'by-itself'],
    ['it was stopped in an earlier run', 'start kill:15 die start die', '', 'by-itself'],
    ['it ended by itself in an earlier run', 'start die start kill:15 die', '', 'asked'],
    ['its start is forgotten', 'kill:15 die', '', 'asked'],
    ['it runs again', 'start die start', '', null],
    ['the engine saw no end', 'start', '', null],
    ['the engine has forgotten everything', '', '', null],
    ['a signal no kernel has', 'start kill:3 die', 'SIGNOTHING', 'by-itself'],
  ])('%s: %s (stop signal %j) is %s', (_, text, stopSignal, expected) => {
    expect(whyEnded(events(text), stopSignal)).toBe(expected);
  });
});
