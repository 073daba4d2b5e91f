/** The services of the contract behind the coordinator's one port, by the names they are called by. */
export const peoplesService = 'restow.v1.Restow';
export const agentsService = 'restow.v1.AgentSession';

export const servedServices: readonly string[] = [peoplesService, agentsService];
