/** The options under an incident, as they were read: whoever is named since a moment alone is not sent by a key or a button. */
import { AsRead } from "../../kernel/as_read";
import type { Option } from "./answers";
import { turningOf } from "./deeds";

export class Offers {
  private readonly read: AsRead[] = [];

  /** Told of whatever stands there; the first that stand there are what the incident was opened for. */
  show(options: readonly Option[], now: number): void {
    options.forEach((option, nth) => {
      this.read[nth] ??= new AsRead();
      this.read[nth].show("open", whom(option), now);
    });
  }

  mayGo(nth: number, now: number): boolean {
    return this.read[nth]?.mayGo(now) ?? true;
  }
}

function whom(option: Option): string {
  const { leaving, standing_down: standingDown } = turningOf(option);
  return [option.units.map((one) => one.unit_id), leaving, standingDown].join(" ");
}
