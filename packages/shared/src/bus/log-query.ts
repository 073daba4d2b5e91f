/** Which lines of a service's container output are asked for. */
export interface LogQuery {
  serviceId: string;
  /** Only of this deployment. */
  deploymentId?: string;
  /** Only of this slot. */
  slotIndex?: number;
  /** Milliseconds since the epoch; no line before it. */
  since?: number;
  /** Only the last so many lines of what is there, of all slots together. */
  tail?: number;
  /** Go on with what comes. */
  follow: boolean;
}
