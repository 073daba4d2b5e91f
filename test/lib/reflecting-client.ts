import {
  create,
  createFileRegistry,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import {
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { Client, credentials, Metadata } from '@grpc/grpc-js';

/** A refusal in the words of the reflection protocol. */
export class ReflectionRefused extends Error {
  readonly code: number;
  constructor({ errorCode, errorMessage }: { errorCode: number; errorMessage: string }) {
    super(errorMessage);
    this.code = errorCode;
  }
}

type ReflectionVersion = 'v1' | 'v1alpha';

interface Answer {
  fileDescriptorResponse?: { fileDescriptorProto: string[] };
  listServicesResponse?: { service: { name: string }[] };
  errorResponse?: { errorCode: number; errorMessage: string };
}

/**
 * A client as grpcurl is one: it has no proto file of the server. It asks the server which services there are and what
 * their messages look like, builds the call from the answer, and takes and gives JSON. Nothing in it is shared with the
 * product but HTTP/2.
 */
export class ReflectingClient implements Disposable {
  readonly #client: Client;
  readonly #headers: Metadata;
  readonly #reflectHeaders: Metadata;
  readonly #version: ReflectionVersion;

  /** `headers` as after `-H` (`authorization: Bearer ...`); `reflectHeaders` where what is asked first needs others. */
  constructor(
    address: string,
    given: { headers?: string[]; reflectHeaders?: string[]; version?: ReflectionVersion } = {},
  ) {
    const { headers = [], reflectHeaders = headers, version = 'v1' } = given;
    this.#client = new Client(address, credentials.createInsecure());
    this.#headers = metadataOf(headers);
    this.#reflectHeaders = metadataOf(reflectHeaders);
    this.#version = version;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  /** Names of the services, as `grpcurl list`. */
  async list(): Promise<string[]> {
    const { listServicesResponse } = await this.#ask({ listServices: '*' });
    return listServicesResponse!.service.map(({ name }) => name).sort();
  }

  /** The methods of a service, as `grpcurl list SERVICE`. */
  async methods(service: string): Promise<string[]> {
    const described = (await this.#describe(service)).getService(service);
    return described!.methods.map(({ name }) => `${service}/${name}`);
  }

  /** All that is answered to `SERVICE/METHOD`, as `grpcurl -d JSON`. Throws the call's status, with its trailers. */
  async call(symbol: string, request: JsonValue = {}): Promise<JsonValue[]> {
    const replies: JsonValue[] = [];
    for await (const reply of this.stream(symbol, request)) replies.push(reply);
    return replies;
  }

  /** The same as it comes. Leaving the loop hangs up, and so does the deadline, in milliseconds. */
  async *stream(
    symbol: string,
    request: JsonValue = {},
    deadlineMs: number | null = null,
  ): AsyncGenerator<JsonValue, void, undefined> {
    const [service = '', name = ''] = symbol.split('/');
    const method = (await this.#describe(service)).getService(service)?.methods.find((each) => each.name === name);
    if (!method) throw new Error(`${service} has no method ${name}`);
    yield* this.#exchange(method, request, this.#headers, deadlineMs);
  }

  async #describe(service: string): Promise<FileRegistry> {
    const { fileDescriptorResponse } = await this.#ask({ fileContainingSymbol: service });
    const file = fileDescriptorResponse!.fileDescriptorProto.map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, Buffer.from(bytes, 'base64')),
    );
    return createFileRegistry(create(FileDescriptorSetSchema, { file }));
  }

  async #ask(question: { listServices: string } | { fileContainingSymbol: string }): Promise<Answer> {
    const [method] = reflectionProtocol(this.#version).methods;
    for await (const json of this.#exchange(method!, question, this.#reflectHeaders, null)) {
      const answer = json as unknown as Answer;
      if (answer.errorResponse) throw new ReflectionRefused(answer.errorResponse);
      return answer;
    }
    throw new Error('the server closed the reflection without an answer');
  }

  /** One message there, any number back: on the wire that is the same for each kind of method. */
  async *#exchange(
    { parent, name, input, output }: DescMethod,
    request: JsonValue,
    headers: Metadata,
    deadlineMs: number | null,
  ): AsyncGenerator<JsonValue, void, undefined> {
    const call = this.#client.makeBidiStreamRequest<JsonValue, JsonValue>(
      `/${parent.typeName}/${name}`,
      (json) => Buffer.from(toBinary(input, fromJson(input, json))),
      (bytes) => toJson(output, fromBinary(output, bytes)),
      headers,
      deadlineMs === null ? {} : { deadline: Date.now() + deadlineMs },
    );
    try {
      call.write(request);
      call.end();
      yield* call as AsyncIterable<JsonValue>;
    } finally {
      call.on('error', () => undefined);
      call.cancel();
    }
  }
}

const metadataOf = (headers: string[]): Metadata => {
  const metadata = new Metadata();
  for (const header of headers) metadata.set(...(header.split(': ', 2) as [string, string]));
  return metadata;
};

type FieldShape = MessageInitShape<typeof FieldDescriptorProtoSchema>;
const field = (number: number, name: string, type: Type | string, repeated = false): FieldShape => ({
  ...{ number, name, label: repeated ? 3 : 1 },
  jsonName: name.replace(/_(.)/g, (_, next: string) => next.toUpperCase()),
  ...(typeof type === 'string' ? { type: Type.MESSAGE, typeName: type } : { type }),
});

/** The reflection protocol itself, as much as is used here: all such a client brings with it. */
const reflectionProtocol = (version: ReflectionVersion) => {
  const at = `.grpc.reflection.${version}`;
  const file = create(FileDescriptorProtoSchema, {
    ...{ name: 'reflection.proto', package: at.slice(1), syntax: 'proto3' },
    service: [
      {
        name: 'ServerReflection',
        method: [
          {
            ...{ name: 'ServerReflectionInfo', clientStreaming: true, serverStreaming: true },
            ...{ inputType: `${at}.ServerReflectionRequest`, outputType: `${at}.ServerReflectionResponse` },
          },
        ],
      },
    ],
    messageType: [
      {
        name: 'ServerReflectionRequest',
        oneofDecl: [{ name: 'message_request' }],
        field: [
          { ...field(4, 'file_containing_symbol', Type.STRING), oneofIndex: 0 },
          { ...field(7, 'list_services', Type.STRING), oneofIndex: 0 },
        ],
      },
      {
        name: 'ServerReflectionResponse',
        oneofDecl: [{ name: 'message_response' }],
        field: [
          { ...field(4, 'file_descriptor_response', `${at}.FileDescriptorResponse`), oneofIndex: 0 },
          { ...field(6, 'list_services_response', `${at}.ListServiceResponse`), oneofIndex: 0 },
          { ...field(7, 'error_response', `${at}.ErrorResponse`), oneofIndex: 0 },
        ],
      },
      { name: 'FileDescriptorResponse', field: [field(1, 'file_descriptor_proto', Type.BYTES, true)] },
      { name: 'ListServiceResponse', field: [field(1, 'service', `${at}.ServiceResponse`, true)] },
      { name: 'ServiceResponse', field: [field(1, 'name', Type.STRING)] },
      { name: 'ErrorResponse', field: [field(1, 'error_code', Type.INT32), field(2, 'error_message', Type.STRING)] },
    ],
  });
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getService(
    `${at.slice(1)}.ServerReflection`,
  )!;
};
