import { statfs } from 'node:fs/promises';
import { hostname, loadavg } from 'node:os';
import type { NodeFacts } from '@restow/shared/domain/node';
import { cpu, mem, osInfo } from 'systeminformation';

/**
 * Reads what the machine is. What does not change while it runs is asked for once, since asking starts programs; the
 * rest costs two reads, so that a heartbeat can carry it. The disk is the one that holds `diskPath`.
 */
export const readFacts = async (diskPath: string): Promise<() => Promise<NodeFacts>> => {
  const [system, processor] = [await osInfo(), await cpu()];
  const lasting = {
    hostname: hostname(),
    os: `${system.distro} ${system.release}`.trim(),
    arch: system.arch,
    kernel: system.kernel,
    cores: processor.cores,
  };
  return async () => {
    const [memory, disk] = await Promise.all([mem(), statfs(diskPath)]);
    return {
      ...lasting,
      memoryBytes: memory.total,
      memoryFreeBytes: memory.available,
      diskBytes: disk.blocks * disk.bsize,
      diskFreeBytes: disk.bavail * disk.bsize,
      load1: loadavg()[0] ?? 0,
    };
  };
};
