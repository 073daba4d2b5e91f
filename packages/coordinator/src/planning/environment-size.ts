/**
 * What Linux hands to a program as one variable with its value: 32 pages, less the zero byte at its end. Bytes.
 */
const longestVariable = 32 * 4096 - 1;

/**
 * A quarter of the stack a container has by default (8 MiB) is for arguments and variables together, with a pointer to
 * each; what is left of it is for the command and the variables of the image. Bytes.
 */
const mostInAll = 2 * 2 ** 20 - 128 * 2 ** 10;
const pointer = 8;

/**
 * Why no program could be started with these variables; `null` where one can. The engine would say it of a container that
 * is started, when the old one is stopped already. Pure.
 */
export const whyTooLarge = (variables: Readonly<Record<string, string>>): string | null => {
  let inAll = 0;
  for (const [name, value] of Object.entries(variables)) {
    const bytes = Buffer.byteLength(name) + 1 + Buffer.byteLength(value);
    if (bytes > longestVariable)
      return `the variable ${name} takes ${bytes} bytes, and a program can be given ${longestVariable} at once: shorten it, or keep it from being told (--secret)`;
    inAll += bytes + 1 + pointer;
  }
  return inAll > mostInAll
    ? `its ${Object.keys(variables).length} variables take ${inAll} bytes with those its links give, and a program can be given ${mostInAll}: link to fewer slots, or keep variables from being told (--secret)`
    : null;
};
