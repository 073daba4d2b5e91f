import { askEngine } from './engine-http.ts';

/** Whether containers of ours run on the engine: what they need must not be ended under them. */
export const runsOurs = async (socketPath: string): Promise<boolean> => {
  const filters = encodeURIComponent(JSON.stringify({ label: ['io.restow.service'] }));
  const found = await askEngine(socketPath, `/containers/json?filters=${filters}`, AbortSignal.timeout(10_000));
  return (JSON.parse(found) as unknown[]).length > 0;
};
