import { Client, credentials, status } from '@grpc/grpc-js';
import type { Problem } from '@restow/shared/base/errors';
import { bearer } from '@restow/shared/rpc/channel';
import { fromServiceError } from '@restow/shared/rpc/status';

/** What came back of a call: the status as it travelled, and what its trailer says. */
export interface RawAnswer {
  code: status;
  message: string;
  problems: Problem[];
}

/** Any call with any bytes for a request, well formed or not; on the wire there is one kind of method only. */
export const rawCall = async (
  { address, token }: { address: string; token: string },
  path: string,
  bytes: Uint8Array,
): Promise<RawAnswer> => {
  const client = new Client(address, credentials.createInsecure());
  const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(
    path,
    (sent) => Buffer.from(sent),
    (received) => received,
    bearer(token),
    { deadline: Date.now() + 10_000 },
  );
  try {
    call.write(bytes);
    call.end();
    for await (const _ of call) break;
    return { code: status.OK, message: '', problems: [] };
  } catch (thrown) {
    const { message, problems } = fromServiceError(thrown);
    return { code: (thrown as { code: status }).code, message, problems };
  } finally {
    call.on('error', () => undefined);
    call.cancel();
    client.close();
  }
};
