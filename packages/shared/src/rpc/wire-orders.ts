import { RestowError } from '../base/errors.ts';
import type {
  Counterpart,
  InstanceRef,
  Order,
  OrderFailure,
  OrderKind,
  Outcome,
  OutcomeByKind,
} from '../domain/order.ts';
import type { Counterpart__Output, Counterpart as WireCounterpart } from './gen/restow/v1/Counterpart.ts';
import type { InstanceRef as WireRef, InstanceRef__Output as WireRefOut } from './gen/restow/v1/InstanceRef.ts';
import type * as order from './gen/restow/v1/Order.ts';
import type * as failure from './gen/restow/v1/OrderFailure.ts';
import type * as outcome from './gen/restow/v1/OrderOutcome.ts';
import { present, type Wire, wordOf } from './wire.ts';
import { pinnedImageWire, portInUseWire, protocolOf, publishedPortWire } from './wire-common.ts';
import { instanceRefWire, instanceSpecWire } from './wire-instance.ts';

/** The field an order and its outcome travel in: `pull-image` is `pullImage`. */
type Field<Kind extends OrderKind> = Kind extends `${infer First}-${infer Second}`
  ? `${First}${Capitalize<Second>}`
  : Kind;
type Of<Message, Kind extends OrderKind> = NonNullable<Message[Field<Kind> & keyof Message]>;
type OrderOf<Kind extends OrderKind> = Extract<Order, { kind: Kind }>;

interface OrderWire<Kind extends OrderKind> {
  field: Field<Kind>;
  order: Wire<OrderOf<Kind>, Of<order.Order, Kind>, Of<order.Order__Output, Kind>>;
  outcome: Wire<OutcomeByKind[Kind], Of<outcome.OrderOutcome, Kind>, Of<outcome.OrderOutcome__Output, Kind>>;
}

/** An order whose whole body is the instance it is about. */
const aboutInstance = <Kind extends OrderKind>(kind: Kind) => ({
  encode: ({ instance }: { instance: InstanceRef }): { instance: WireRef } => ({
    instance: instanceRefWire.encode(instance),
  }),
  decode: ({ instance }: { instance: WireRefOut | null }): { kind: Kind; instance: InstanceRef } => ({
    kind,
    instance: instanceRefWire.decode(present(instance, 'instance')),
  }),
});

const counterpartWire: Wire<Counterpart, WireCounterpart, Counterpart__Output> = {
  encode: ({ underlay, ports }) => ({ underlay, ports: ports.map(publishedPortWire.encode) }),
  decode: ({ underlay, ports }) => ({ underlay, ports: ports.map(publishedPortWire.decode) }),
};

/** An order about an instance whose slot may be on its way to another node. */
const aboutHandover = <Kind extends OrderKind>(kind: Kind) => ({
  encode: ({ instance, towards }: { instance: InstanceRef; towards: Counterpart | null }) => ({
    instance: instanceRefWire.encode(instance),
    towards: towards && counterpartWire.encode(towards),
  }),
  decode: ({ instance, towards }: { instance: WireRefOut | null; towards: Counterpart__Output | null }) => ({
    kind,
    instance: instanceRefWire.decode(present(instance, 'instance')),
    towards: towards && counterpartWire.decode(towards),
  }),
});

const nothing = {
  encode: (): Record<string, never> => ({}),
  decode: (): Record<string, never> => ({}),
};

const healthyAfter = {
  encode: ({ healthyAfterMs }: { healthyAfterMs: number }) => ({ healthyAfterMs }),
  decode: ({ healthyAfterMs }: { healthyAfterMs: number }) => ({ healthyAfterMs }),
};

/** Every kind of order and of outcome; a kind without a row does not compile. */
const orderWires: { [Kind in OrderKind]: OrderWire<Kind> } = {
  'resolve-image': {
    field: 'resolveImage',
    order: {
      encode: ({ reference }) => ({ reference }),
      decode: ({ reference }) => ({ kind: 'resolve-image', reference }),
    },
    outcome: {
      encode: ({ image, bytes }) => ({ image: pinnedImageWire.encode(image), bytes }),
      decode: ({ image, bytes }) => ({ image: pinnedImageWire.decode(present(image, 'image')), bytes }),
    },
  },
  survey: {
    field: 'survey',
    order: {
      encode: ({ image, ports, dynamicPorts, volumes }) => ({
        image: image && pinnedImageWire.encode(image),
        ports: ports.map(({ protocol, port }) => ({ protocol, port })),
        dynamicPorts,
        volumes,
      }),
      decode: ({ image, ports, dynamicPorts, volumes }) => ({
        kind: 'survey',
        image: image && pinnedImageWire.decode(image),
        ports: ports.map(({ protocol, port }) => ({ protocol: protocolOf(protocol), port })),
        dynamicPorts: dynamicPorts && { first: dynamicPorts.first, last: dynamicPorts.last },
        volumes,
      }),
    },
    outcome: {
      encode: ({ imagePresent, portsInUse, foreignVolumes }) => ({
        imagePresent,
        portsInUse: portsInUse.map(portInUseWire.encode),
        foreignVolumes,
      }),
      decode: ({ imagePresent, portsInUse, foreignVolumes }) => ({
        imagePresent,
        portsInUse: portsInUse.map(portInUseWire.decode),
        foreignVolumes: foreignVolumes.map(({ name, users }) => ({ name, users })),
      }),
    },
  },
  'pull-image': {
    field: 'pullImage',
    order: {
      encode: ({ image }) => ({ image: pinnedImageWire.encode(image) }),
      decode: ({ image }) => ({ kind: 'pull-image', image: pinnedImageWire.decode(present(image, 'image')) }),
    },
    outcome: {
      encode: ({ imageId, alreadyPresent, bytes }) => ({ imageId, alreadyPresent, bytes }),
      decode: ({ imageId, alreadyPresent, bytes }) => ({ imageId, alreadyPresent, bytes }),
    },
  },
  prepare: {
    field: 'prepare',
    order: {
      encode: ({ instance }) => ({ instance: instanceSpecWire.encode(instance) }),
      decode: ({ instance }) => ({
        kind: 'prepare',
        instance: instanceSpecWire.decode(present(instance, 'instance')),
      }),
    },
    outcome: {
      encode: ({ containerId, containerName, volumes }) => ({
        containerId,
        containerName,
        volumes: volumes.map(({ name, path }) => ({ name, path })),
      }),
      decode: ({ containerId, containerName, volumes }) => ({
        containerId,
        containerName,
        volumes: volumes.map(({ name, path }) => ({ name, path })),
      }),
    },
  },
  open: { field: 'open', order: aboutHandover('open'), outcome: nothing },
  take: {
    field: 'take',
    order: {
      encode: ({ instance, relayed }) => ({ instance: instanceSpecWire.encode(instance), relayed }),
      decode: ({ instance, relayed }) => ({
        kind: 'take',
        instance: instanceSpecWire.decode(present(instance, 'instance')),
        relayed,
      }),
    },
    outcome: healthyAfter,
  },
  flip: { field: 'flip', order: aboutHandover('flip'), outcome: nothing },
  drain: {
    field: 'drain',
    order: aboutInstance('drain'),
    outcome: {
      encode: ({ exitCode, ...rest }) => ({ exitCode: exitCode ?? undefined, ...rest }),
      decode: ({ exitCode, killed, tookMs, cut }) => ({ exitCode: exitCode ?? null, killed, tookMs, cut }),
    },
  },
  settle: { field: 'settle', order: aboutInstance('settle'), outcome: nothing },
  close: { field: 'close', order: aboutInstance('close'), outcome: nothing },
  retire: {
    field: 'retire',
    order: aboutInstance('retire'),
    outcome: { encode: ({ removedNow }) => ({ removedNow }), decode: ({ removedNow }) => ({ removedNow }) },
  },
  'put-aside': {
    field: 'putAside',
    order: {
      encode: ({ instance, tailLines }) => ({ instance: instanceRefWire.encode(instance), tailLines }),
      decode: ({ instance, tailLines }) => ({
        kind: 'put-aside',
        instance: instanceRefWire.decode(present(instance, 'instance')),
        tailLines,
      }),
    },
    outcome: {
      encode: ({ exitCode, logTail }) => ({ exitCode: exitCode ?? undefined, logTail }),
      decode: ({ exitCode, logTail }) => ({ exitCode: exitCode ?? null, logTail }),
    },
  },
  revive: { field: 'revive', order: aboutInstance('revive'), outcome: healthyAfter },
  'measure-volumes': {
    field: 'measureVolumes',
    order: {
      encode: ({ names }) => ({ names }),
      decode: ({ names }) => ({ kind: 'measure-volumes', names }),
    },
    outcome: {
      encode: ({ volumes }) => ({
        volumes: volumes.map(({ name, bytes, users }) => ({ name, bytes: bytes ?? undefined, users })),
      }),
      decode: ({ volumes }) => ({
        volumes: volumes.map(({ name, bytes, users }) => ({ name, bytes: bytes ?? null, users })),
      }),
    },
  },
  'purge-volume': {
    field: 'purgeVolume',
    order: { encode: ({ name }) => ({ name }), decode: ({ name }) => ({ kind: 'purge-volume', name }) },
    outcome: { encode: ({ removed }) => ({ removed }), decode: ({ removed }) => ({ removed }) },
  },
};

/** The table once a kind is only known at run time: row and body then belong together because the row was found by it. */
interface LooseWire {
  field: string;
  order: Wire<Order, object, object>;
  outcome: Wire<OutcomeByKind[OrderKind], object, object>;
}
const looseWires = orderWires as unknown as Record<OrderKind, LooseWire>;
const kindOfField = new Map(Object.entries(looseWires).map(([kind, { field }]) => [field, kind as OrderKind]));

const kindOf = (field: string | undefined, name: string): OrderKind => {
  const kind = kindOfField.get(field ?? '');
  if (!kind) throw new RestowError('invalid', `A message came without the kind of ${name}.`);
  return kind;
};

/** An order as it travels: with the epoch of the coordinator that gave it. */
export interface GivenOrder {
  orderId: string;
  epoch: number;
  /** Milliseconds from receipt. */
  deadlineMs: number;
  order: Order;
}

export const givenOrderWire: Wire<GivenOrder, order.Order, order.Order__Output> = {
  encode: ({ orderId, epoch, deadlineMs, order }) => {
    const wire = looseWires[order.kind];
    return { orderId, epoch, deadlineMs, [wire.field]: wire.order.encode(order) };
  },
  decode: (message) => {
    const { orderId, epoch, deadlineMs } = message;
    const wire = looseWires[kindOf(message.kind, 'order')];
    const order = wire.order.decode(present(message[wire.field as 'survey'], 'order'));
    return { orderId, epoch, deadlineMs, order };
  },
};

/** How an order ended. `kind` says which kind of value it is; a failure does not tell. */
export type EndedOrder =
  | { orderId: string; kind: OrderKind; outcome: Extract<Outcome, { ok: true }> }
  | { orderId: string; kind: null; outcome: Extract<Outcome, { ok: false }> };

export const endedOrderWire: Wire<EndedOrder, outcome.OrderOutcome, outcome.OrderOutcome__Output> = {
  encode: ({ orderId, kind, outcome }) => {
    if (kind === null) return { orderId, failure: orderFailureWire.encode(outcome.failure) };
    const wire = looseWires[kind];
    return { orderId, [wire.field]: wire.outcome.encode(outcome.value) };
  },
  decode: (message) => {
    const { orderId } = message;
    if (message.failure)
      return { orderId, kind: null, outcome: { ok: false, failure: orderFailureWire.decode(message.failure) } };
    const kind = kindOf(message.outcome, 'outcome');
    const wire = looseWires[kind];
    const value = wire.outcome.decode(present(message[wire.field as 'survey'], 'outcome'));
    return { orderId, kind, outcome: { ok: true, value } };
  },
};

const failureCodes: Record<OrderFailure['code'], true> = {
  'image-not-found': true,
  'registry-denied': true,
  'registry-unreachable': true,
  'disk-full': true,
  'port-in-use': true,
  'address-in-use': true,
  'engine-refused': true,
  'engine-unavailable': true,
  'instance-exited': true,
  unhealthy: true,
  'instance-missing': true,
  'volume-in-use': true,
  network: true,
  unsupported: true,
  cancelled: true,
  internal: true,
};

const orderFailureWire: Wire<OrderFailure, failure.OrderFailure, failure.OrderFailure__Output> = {
  encode: ({ code, message, exitCode, logTail }) => ({ code, message, exitCode: exitCode ?? undefined, logTail }),
  decode: ({ code, message, exitCode, logTail }) => ({
    code: wordOf(Object.keys(failureCodes) as OrderFailure['code'][], code, 'failure code'),
    message,
    exitCode: exitCode ?? null,
    logTail,
  }),
};
