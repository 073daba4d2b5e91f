import { messageOf } from '@restow/shared/base/errors';
import { parseImageReference } from '@restow/shared/domain/image-reference';
import { EngineError, type EngineFailure } from './engine-error.ts';

/** What the engine's client throws: the status of an answer, or the code of a socket that did not work. */
interface EngineAnswer {
  statusCode?: number;
  code?: string;
  json?: { message?: string } | Buffer;
}

/** The engine's own words, without what the client wraps around them. */
export const engineWords = (error: unknown): string => {
  const { json } = (error ?? {}) as EngineAnswer;
  const said = json && 'message' in json ? json.message : undefined;
  return (said ?? messageOf(error)).trim();
};

export const statusOf = (error: unknown): number | null => ((error ?? {}) as EngineAnswer).statusCode ?? null;

const isSocketTrouble = (error: unknown): boolean => {
  const { code, statusCode } = (error ?? {}) as EngineAnswer;
  return statusCode === undefined && /^E[A-Z]+$/.test(code ?? '');
};

const socketTrouble = (error: unknown, socketPath: string): EngineError => {
  const { code } = error as EngineAnswer;
  const message =
    code === 'EACCES' || code === 'EPERM'
      ? `The Docker Engine at ${socketPath} may not be used by this user: run the agent as root or in the socket's group.`
      : code === 'ENOENT' || code === 'ECONNREFUSED'
        ? `No Docker Engine answers at ${socketPath}: start it with \`systemctl start docker\`, or name the socket of one that runs with --docker-socket.`
        : `The Docker Engine at ${socketPath} broke off, or did not answer in time (${code}): see whether it still runs, \`systemctl status docker\`.`;
  return new EngineError('engine-unavailable', message, error);
};

/** What the engine's words tell of a cause, most telling first. */
const tellings: readonly [RegExp, EngineFailure][] = [
  [/no space left on device/i, 'disk-full'],
  [/address already in use/i, 'address-in-use'],
  [/port is already allocated/i, 'port-in-use'],
  [/no such (container|exec)/i, 'instance-missing'],
  [/no such image/i, 'image-not-found'],
  [/no such network|network .* not found|pool overlaps|could not find .* bridge/i, 'network'],
];

/**
 * Translates what the client threw; `attempted` says what and on what, such as `start container 0a1b2c3d4e5f`. What is
 * neither an answer nor a broken socket is no affair of the engine's and comes back as it is.
 */
export const toEngineError = (error: unknown, attempted: string, socketPath: string): unknown => {
  if (isSocketTrouble(error)) return socketTrouble(error, socketPath);
  if (statusOf(error) === null) return error;
  const words = engineWords(error);
  const failure = tellings.find(([pattern]) => pattern.test(words))?.[1] ?? 'engine-refused';
  const advice = failure === 'disk-full' ? ' Free some space on this node: docker system df tells what takes it.' : '';
  return new EngineError(failure, `The Docker Engine could not ${attempted}: ${words}.${advice}`, error);
};

const registryFailure = (words: string): EngineFailure | null => {
  if (/no space left on device/i.test(words)) return 'disk-full';
  if (/toomanyrequests|too many requests/i.test(words)) return 'registry-denied';
  if (/manifest unknown|name unknown|not found|no matching manifest|invalid reference|no such image/i.test(words))
    return 'image-not-found';
  if (/denied|unauthorized|authentication required|no basic auth/i.test(words)) return 'registry-denied';
  if (
    /dial tcp|i\/o timeout|no such host|connection re(fused|set)|x509|tls|http response to https|request canceled|deadline exceeded|\bEOF\b|unreachable|server misbehaving|(50\d|bad gateway|service unavailable)/i.test(
      words,
    )
  )
    return 'registry-unreachable';
  return null;
};

const registrySentence = (failure: EngineFailure, reference: string, words: string): string => {
  const parsed = parseImageReference(reference);
  const registry = parsed.ok ? parsed.value.registry : 'docker.io';
  switch (failure) {
    case 'image-not-found':
      return /no matching manifest/i.test(words)
        ? `Image ${reference} exists, but not for this machine: ${words}.`
        : /invalid reference/i.test(words)
          ? `"${reference}" is not an image reference: ${words}. Write it as registry/name:tag.`
          : `Registry ${registry} has no image ${reference}: check name and tag, or push it first.`;
    case 'registry-denied':
      return `Registry ${registry} does not give image ${reference} (${words}): check the name, and the credentials for that registry.`;
    case 'registry-unreachable':
      return `Registry ${registry} cannot be reached for image ${reference} (${words}): check that it runs and that this node can reach it.`;
    case 'disk-full':
      return `No space left on this node to pull image ${reference} (${words}): free some, docker system df tells what takes it.`;
    default:
      return `The Docker Engine could not get image ${reference}: ${words}.`;
  }
};

/** What an engine's words about an image mean. `status`: of its answer, `null` when it came in the middle of a pull. */
export const imageError = (words: string, status: number | null, reference: string, cause?: unknown): EngineError => {
  const failure =
    registryFailure(words) ??
    (status === 401 || status === 403 ? 'registry-denied' : status === 404 ? 'image-not-found' : 'engine-refused');
  return new EngineError(failure, registrySentence(failure, reference, words), cause);
};

/** Like `toEngineError`, for what went wrong while an image was asked of a registry. */
export const toImageError = (error: unknown, reference: string, socketPath: string): unknown =>
  isSocketTrouble(error)
    ? socketTrouble(error, socketPath)
    : statusOf(error) === null
      ? error
      : imageError(engineWords(error), statusOf(error), reference, error);
