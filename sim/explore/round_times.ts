/**
 * How round a time is, and which ones are rounder.
 *
 * @module
 */

/**
 * Returns how much there is to say of a time: nothing of 0 and of powers of ten (1 ms, 10 ms), else how many
 * digits it has.
 */
export function roughnessOf(seconds: number): number {
  if (seconds === 0) return 0;
  const [mantissa = ""] = Number(seconds.toPrecision(12)).toExponential().split("e");
  return mantissa === "1" ? 0 : mantissa.replace(".", "").length;
}

/**
 * Returns the answers that stand for rounder times, those to be tried first in front: powers of ten from the
 * least on, then, of the times with one digit, two, and so on, the nearest below and above.
 *
 * @param times The times, by answer.
 * @param value The answer that a rounder one is sought for; answer 0 is none, as it is no deviation.
 */
export function rounderThan(times: readonly number[], value: number): number[] {
  const now = times[value] as number;
  const roughness = roughnessOf(now);
  const byRoughness: number[][] = [];
  for (let answer = 1; answer < times.length; answer++) {
    (byRoughness[roughnessOf(times[answer] as number)] ??= []).push(answer);
  }
  const at = (answer: number) => times[answer] as number;
  const [powers = [], ...others] = byRoughness.slice(0, Math.max(1, roughness));
  const nearest = others.flatMap((answers = []) => {
    const below = answers.filter((answer) => at(answer) < now).sort((a, b) => at(b) - at(a));
    const above = answers.filter((answer) => at(answer) > now).sort((a, b) => at(a) - at(b));
    return [...below.slice(0, 1), ...above.slice(0, 1)];
  });
  const sooner = powers.filter((answer) => roughness > 0 || at(answer) < now);
  return [...sooner.sort((a, b) => at(a) - at(b)), ...nearest];
}
