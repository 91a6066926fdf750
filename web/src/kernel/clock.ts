/** Business time in the browser: what the node last said, run on by the wall at its speed. */
export interface ClockReading {
  readonly business_time: string;
  readonly speed: number;
  readonly paused: boolean;
}

export class BusinessClock {
  speed = 1;
  paused = false;
  private atBusiness: number;
  private atWall: number;

  constructor(private readonly wall: () => number = () => performance.timeOrigin + performance.now()) {
    this.atWall = wall();
    this.atBusiness = this.atWall;
  }

  /** Set it by a reading; small differences are the wire's, and do not make the clock jump. */
  set(reading: ClockReading): void {
    const told = Date.parse(reading.business_time);
    const same = reading.speed === this.speed && reading.paused === this.paused;
    const now = this.now();
    const jitter = 250 * Math.max(1, reading.speed);
    this.atBusiness = same && Math.abs(told - now) < jitter ? now : told;
    this.atWall = this.wall();
    this.speed = reading.speed;
    this.paused = reading.paused;
  }

  /** Business time in milliseconds. */
  now(): number {
    return this.paused ? this.atBusiness : this.atBusiness + (this.wall() - this.atWall) * this.speed;
  }
}
