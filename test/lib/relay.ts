import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that a test can break: connections go through it until they are cut. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(address: string): Promise<Relay> {
    const [host, port] = address.split(':');
    const server = createServer({ allowHalfOpen: true });
    const relay = new Relay(server);
    server.on('connection', (inward) => {
      if (!relay.#open) return inward.destroy();
      const outward = connect(Number(port), host);
      for (const socket of [inward, outward]) {
        relay.#sockets.add(socket);
        // Cut on purpose, at whichever end it shows first.
        socket.on('error', () => undefined);
        socket.on('close', () => {
          relay.#sockets.delete(socket);
          inward.destroy();
          outward.destroy();
        });
      }
      inward.pipe(outward).pipe(inward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks what is connected; nothing gets through until `mend`. */
  cut(): void {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#open = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
