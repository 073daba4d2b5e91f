// Original file: proto/restow/v1/common.proto


export interface _restow_v1_PortInUse_ContainerHolder {
  'containerName'?: (string);
}

export interface _restow_v1_PortInUse_ContainerHolder__Output {
  'containerName': (string);
}

export interface _restow_v1_PortInUse_ForeignHolder {
  'pid'?: (number);
  'program'?: (string);
}

export interface _restow_v1_PortInUse_ForeignHolder__Output {
  'pid': (number);
  'program': (string);
}

export interface _restow_v1_PortInUse_SlotHolder {
  'slotId'?: (string);
  'slotName'?: (string);
}

export interface _restow_v1_PortInUse_SlotHolder__Output {
  'slotId': (string);
  'slotName': (string);
}

/**
 * Who holds a port of a node.
 */
export interface PortInUse {
  'protocol'?: (string);
  'port'?: (number);
  'slot'?: (_restow_v1_PortInUse_SlotHolder | null);
  /**
   * A process that is none of ours; pid 0 when it cannot be read.
   */
  'foreign'?: (_restow_v1_PortInUse_ForeignHolder | null);
  /**
   * A container that is none of ours.
   */
  'container'?: (_restow_v1_PortInUse_ContainerHolder | null);
  'holder'?: "slot"|"foreign"|"container";
}

/**
 * Who holds a port of a node.
 */
export interface PortInUse__Output {
  'protocol': (string);
  'port': (number);
  'slot'?: (_restow_v1_PortInUse_SlotHolder__Output | null);
  /**
   * A process that is none of ours; pid 0 when it cannot be read.
   */
  'foreign'?: (_restow_v1_PortInUse_ForeignHolder__Output | null);
  /**
   * A container that is none of ours.
   */
  'container'?: (_restow_v1_PortInUse_ContainerHolder__Output | null);
  'holder'?: "slot"|"foreign"|"container";
}
