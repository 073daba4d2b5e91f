// Original file: proto/restow/v1/common.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How the container is run, each as Docker has it. Empty texts and lists: Docker's default, or the image's.
 */
export interface ContainerSettings {
  'user'?: (string);
  'workingDir'?: (string);
  'hostname'?: (string);
  'domainname'?: (string);
  /**
   * On the node network; the overlay's follows from the slot's address.
   */
  'macAddress'?: (string);
  'cgroupParent'?: (string);
  'privileged'?: (boolean);
  'readOnly'?: (boolean);
  'tty'?: (boolean);
  'stdinOpen'?: (boolean);
  /**
   * bridge (also when empty) or host.
   */
  'net'?: (string);
  /**
   * none (also when empty) or host.
   */
  'pid'?: (string);
  'dns'?: (string)[];
  'dnsSearch'?: (string)[];
  'capAdd'?: (string)[];
  'capDrop'?: (string)[];
  /**
   * dev/x, /dev/x:/dev/y or /dev/x:/dev/y:rwm
   */
  'devices'?: (string)[];
  /**
   * name:address
   */
  'extraHosts'?: (string)[];
  'securityOpt'?: (string)[];
  /**
   * Memory and swap together; -1: swap without limit; absent: the engine's default.
   */
  'memorySwapBytes'?: (number | string | Long);
  /**
   * Absent: the engine's default.
   */
  'cpuShares'?: (number);
  /**
   * Such as 0-1,3.
   */
  'cpuset'?: (string);
  '_memorySwapBytes'?: "memorySwapBytes";
  '_cpuShares'?: "cpuShares";
}

/**
 * How the container is run, each as Docker has it. Empty texts and lists: Docker's default, or the image's.
 */
export interface ContainerSettings__Output {
  'user': (string);
  'workingDir': (string);
  'hostname': (string);
  'domainname': (string);
  /**
   * On the node network; the overlay's follows from the slot's address.
   */
  'macAddress': (string);
  'cgroupParent': (string);
  'privileged': (boolean);
  'readOnly': (boolean);
  'tty': (boolean);
  'stdinOpen': (boolean);
  /**
   * bridge (also when empty) or host.
   */
  'net': (string);
  /**
   * none (also when empty) or host.
   */
  'pid': (string);
  'dns': (string)[];
  'dnsSearch': (string)[];
  'capAdd': (string)[];
  'capDrop': (string)[];
  /**
   * dev/x, /dev/x:/dev/y or /dev/x:/dev/y:rwm
   */
  'devices': (string)[];
  /**
   * name:address
   */
  'extraHosts': (string)[];
  'securityOpt': (string)[];
  /**
   * Memory and swap together; -1: swap without limit; absent: the engine's default.
   */
  'memorySwapBytes'?: (number);
  /**
   * Absent: the engine's default.
   */
  'cpuShares'?: (number);
  /**
   * Such as 0-1,3.
   */
  'cpuset': (string);
  '_memorySwapBytes'?: "memorySwapBytes";
  '_cpuShares'?: "cpuShares";
}
