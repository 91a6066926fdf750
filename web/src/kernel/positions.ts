/** Positions of units, as binary frames bring them: 16 bytes an entry, little endian. */
import { HEADING_UNKNOWN, POSITION_ENTRY_BYTES, STATUS_ORDER, type UnitStatus } from "./generated/contracts";

export interface Fix {
  readonly handle: number;
  readonly lon: number;
  readonly lat: number;
  /** Degrees clockwise from north, or null where the unit did not say. */
  readonly heading: number | null;
  readonly status: UnitStatus | null;
  /** Under way and not heard from. */
  readonly stale: boolean;
  /** For how many whole minutes, the longest that is told being 255. */
  readonly silent_min: number;
}

const DEGREES = 1e-7;

/** The entries of a frame; a frame that is no multiple of an entry is refused whole. */
export function decodePositions(frame: ArrayBuffer): Fix[] {
  if (frame.byteLength % POSITION_ENTRY_BYTES !== 0) {
    throw new RangeError(`positions: ${frame.byteLength} bytes are no whole entries`);
  }
  const view = new DataView(frame);
  const fixes: Fix[] = [];
  for (let at = 0; at < frame.byteLength; at += POSITION_ENTRY_BYTES) {
    const heading = view.getUint16(at + 12, true);
    fixes.push({
      handle: view.getUint32(at, true),
      lon: view.getInt32(at + 4, true) * DEGREES,
      lat: view.getInt32(at + 8, true) * DEGREES,
      heading: heading === HEADING_UNKNOWN ? null : heading,
      status: STATUS_ORDER[view.getUint8(at + 14)] ?? null,
      stale: view.getUint8(at + 15) !== 0,
      silent_min: view.getUint8(at + 15),
    });
  }
  return fixes;
}
