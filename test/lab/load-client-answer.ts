/** One whole answer of a web server. */
export interface Answer {
  status: number;
  /** Without the blanks around it: the version, from the sample application. */
  body: string;
  /** Who says to have answered (`x-instance`): the container's host name. */
  by: string | null;
  /** The server ends the connection after it. */
  closes: boolean;
}

const headerEnd = '\r\n\r\n';

/**
 * The answer at the beginning of what a connection has brought so far, `null` while more has to come. Knows what small
 * servers send: a body as long as `content-length` says, or until the end of the connection (`ended`). Pure.
 */
export const readAnswer = (text: string, ended: boolean): Answer | null => {
  const end = text.indexOf(headerEnd);
  if (end === -1) return null;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = text.slice(end + headerEnd.length);
  const length = headers.get('content-length');
  if (length === undefined ? !ended : body.length < Number(length)) return null;
  const [protocol, status] = first.split(' ');
  const said = headers.get('connection')?.toLowerCase();
  return {
    status: Number(status),
    body: (length === undefined ? body : body.slice(0, Number(length))).trim(),
    by: headers.get('x-instance') ?? null,
    closes: length === undefined || said === 'close' || (protocol === 'HTTP/1.0' && said !== 'keep-alive'),
  };
};
