/** The sound of an alarm, made on the spot: two rising tones, heard through a busy room. */
let context: AudioContext | null = null;

/** Browsers let a page be heard only after a hand has touched it. */
export function allowSound(): void {
  context ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  if (context?.state === "suspended") void context.resume();
}

/** Whether it can be heard; a page that no hand has touched yet is silent. */
export function soundAlarm(): boolean {
  if (!context || context.state !== "running") return false;
  const begin = context.currentTime + 0.02;
  for (const [nth, pitch] of [740, 988, 740, 988].entries()) tone(context, pitch, begin + nth * 0.16);
  return true;
}

function tone(audio: AudioContext, pitch: number, at: number): void {
  const voice = audio.createOscillator();
  const loudness = audio.createGain();
  voice.type = "triangle";
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.25, at + 0.015);
  loudness.gain.linearRampToValueAtTime(0, at + 0.14);
  voice.connect(loudness).connect(audio.destination);
  voice.start(at);
  voice.stop(at + 0.16);
}
