// The pressure scale: the colours of the routine pictures (inferno), evenly brighter for every kind of colour vision.
// It starts with the cloth of an empty chamber, and every colour comes with a number.

const STOPS = [[38, 47, 56], [120, 28, 109], [165, 44, 96], [207, 68, 70], [237, 105, 37], [251, 155, 6], [247, 209, 61]];

function mixed(share) {
  const at = Math.min(0.9999, Math.max(0, share)) * (STOPS.length - 1);
  const i = Math.floor(at);
  return STOPS[i].map((from, k) => Math.round(from + (STOPS[i + 1][k] - from) * (at - i)));
}

/** The colour of a share (0 to 1) of the highest pressure. */
export const colour = (share) => `rgb(${mixed(share).join(" ")})`;

/** Black or white, whichever is legible on that colour. */
export function ink(share) {
  const [r, g, b] = mixed(share).map((c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
}
