/** What may be chosen of the picture: by the line, by the line but sparing data, one size, or none at all. */

export type Level = { index: number; height: number };
export type Choice = { value: number; label: string };
export type Labels = { auto: string; saver: string; sound: string };

/** Beside these a choice is the number of a size. */
export const AUTO = -1;
export const SAVER = -2;
export const SOUND = -3;

const SAVER_HEIGHT = 360;

/** The largest size that spares data; where all are large, the smallest. Sizes go up with their number. */
export function saverCap(levels: readonly Level[]): number {
  const small = levels.filter(({ height }) => height <= SAVER_HEIGHT);
  return small.length > 0 ? Math.max(...small.map(({ index }) => index)) : 0;
}

/** Before the sizes are known, sparing is offered wherever it may help; then only where something larger exists. */
export function pictureChoices(
  levels: readonly Level[] | null,
  labels: Labels,
  can: { spare: boolean; listen: boolean },
): Choice[] {
  const known = levels ?? [];
  const spares = can.spare && (levels === null || saverCap(levels) < levels.length - 1);
  const sizes = known.map(({ index, height }) => ({ value: index, label: `${height}p` })).reverse();
  return [
    { value: AUTO, label: labels.auto },
    ...(spares ? [{ value: SAVER, label: labels.saver }] : []),
    ...(sizes.length > 1 ? sizes : []),
    ...(can.listen ? [{ value: SOUND, label: labels.sound }] : []),
  ];
}
