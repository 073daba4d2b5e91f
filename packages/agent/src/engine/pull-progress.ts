import type { PullProgress } from './container-engine.ts';

/** One line of the engine's answer to a pull. */
export interface PullEvent {
  status?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
}

/**
 * Adds up what the engine says of each layer. Downloads are counted, unpacking is not: it is the network people wait
 * for. The total grows while layers make themselves known, since the engine learns sizes one by one.
 */
export class PullSum {
  readonly #layers = new Map<string, { current: number; total: number }>();

  /** News worth telling, or `null` when this line changes nothing in bytes. */
  add(event: PullEvent): PullProgress | null {
    const { status, id, progressDetail } = event;
    if (!id) return null;
    const known = this.#layers.get(id);
    if (status === 'Downloading' && progressDetail?.total) {
      this.#layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    } else if ((status === 'Download complete' || status === 'Pull complete') && known) {
      if (known.current === known.total) return null;
      known.current = known.total;
    } else return null;
    return this.progress();
  }

  progress(): PullProgress {
    const layers = [...this.#layers.values()];
    const current = layers.reduce((sum, layer) => sum + layer.current, 0);
    const total = layers.reduce((sum, layer) => sum + layer.total, 0);
    return { text: 'pulling', current, total };
  }

  /** Bytes transferred so far. */
  get bytes(): number {
    return this.progress().current ?? 0;
  }
}
