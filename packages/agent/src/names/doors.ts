import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isInSubnet } from '@restow/shared/domain/address';
import type { Answering } from './answering.ts';
import { firstMessage, framed } from './forward.ts';
import { Shares } from './shares.ts';

/** TCP connections at a time: of one container, and of all. */
const connections = { each: 16, all: 128 };

/** A TCP connection on which nothing was asked for so long is closed. Milliseconds. */
const idleMs = 5000;

/** Answers that the kernel has not taken yet; what would be more is not sent, and asked for again. */
const mostUnsent = 1024;

/** What was read of this machine's addresses counts so long. Milliseconds. */
const ownAddressesMs = 1000;

export interface DoorsParts {
  answering: Answering;
  address: string;
  /** 53. */
  port: number;
  /** Its containers are answered, and this machine itself; nobody else. */
  subnet: string;
}

/** Addresses of this machine, read when one is asked for, but not for every question of somebody who floods. */
class OwnAddresses {
  #addresses = new Set<string>();
  #readAt = Number.NEGATIVE_INFINITY;

  has(address: string): boolean {
    if (performance.now() - this.#readAt > ownAddressesMs) {
      this.#readAt = performance.now();
      this.#addresses = new Set(
        Object.values(networkInterfaces()).flatMap((of) => of?.map((one) => one.address) ?? []),
      );
    }
    return this.#addresses.has(address);
  }
}

/** The two sockets of one address, UDP and TCP. */
export class Doors {
  readonly address: string;
  readonly subnet: string;
  /** Resolves, with why, when they do not work any more and nobody closed them. */
  readonly broken: Promise<Error>;
  readonly #parts: DoorsParts;
  readonly #datagrams: Datagrams;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #shares = new Shares(connections);
  readonly #own = new OwnAddresses();
  #unsent = 0;
  #breaks: (why: Error) => void = () => {};

  /** Opens both. Rejects with the kernel's error: `EADDRNOTAVAIL` where this machine has no such address. */
  static async open(parts: DoorsParts): Promise<Doors> {
    const doors = new Doors(parts);
    try {
      doors.#datagrams.bind({ address: parts.address, port: parts.port, exclusive: true });
      await once(doors.#datagrams, 'listening');
      doors.#server.listen({ host: parts.address, port: parts.port, exclusive: true });
      await once(doors.#server, 'listening');
    } catch (error) {
      await doors.close();
      throw error;
    }
    doors.#datagrams.on('error', (error) => doors.#breaks(error));
    doors.#server.on('error', (error) => doors.#breaks(error));
    return doors;
  }

  private constructor(parts: DoorsParts) {
    this.#parts = parts;
    this.address = parts.address;
    this.subnet = parts.subnet;
    this.broken = new Promise((resolve) => {
      this.#breaks = resolve;
    });
    this.#datagrams = createSocket('udp4', (message, { address, port }) => {
      if (!this.#mayAsk(address)) return;
      const reply = parts.answering.to(message, address, 'udp');
      if (reply instanceof Promise) void reply.then((late) => this.#send(late, address, port));
      else if (reply) this.#send(reply, address, port);
    });
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** No one is answered any more once this has resolved. */
  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await Promise.all([
      new Promise<void>((closed) => {
        try {
          this.#datagrams.close(closed);
        } catch {
          closed(); // never bound
        }
      }),
      new Promise<void>((closed) => this.#server.close(() => closed())),
    ]);
  }

  /** The engine's firewall has this machine ask in the name of another of its addresses. */
  #mayAsk(address: string): boolean {
    return isInSubnet(this.subnet)(address) || this.#own.has(address);
  }

  #send(reply: Buffer, address: string, port: number): void {
    if (this.#unsent >= mostUnsent) return;
    this.#unsent++;
    try {
      // An error is this asker's alone: it went away, or cannot be reached just now. It asks again.
      this.#datagrams.send(reply, port, address, () => {
        this.#unsent--;
      });
    } catch {
      this.#unsent--; // closed meanwhile
    }
  }

  #serve(socket: Socket): void {
    const from = socket.remoteAddress ?? '';
    const done = this.#mayAsk(from) ? this.#shares.take(from) : null;
    socket.on('error', () => {}); // it closes then
    if (!done) {
      socket.destroy();
      return;
    }
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      done();
    });
    socket.setTimeout(idleMs, () => socket.destroy());
    void this.#converse(socket, from);
  }

  /** One question after the other: the next is read when the last is answered, and no more is kept of it than it has. */
  async #converse(socket: Socket, from: string): Promise<void> {
    let bytes: Buffer = Buffer.alloc(0);
    try {
      for await (const part of socket as AsyncIterable<Buffer>) {
        bytes = Buffer.concat([bytes, part]);
        for (let message = firstMessage(bytes); message; message = firstMessage(bytes)) {
          bytes = bytes.subarray(message.length + 2);
          const reply = await this.#parts.answering.to(message, from, 'tcp');
          if (!reply) return;
          if (!socket.write(framed(reply))) await once(socket, 'drain');
        }
      }
    } catch {
      // Cut off in the middle: nobody is left to be told.
    } finally {
      socket.destroy();
    }
  }
}
