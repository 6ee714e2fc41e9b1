// The geometry of the drawn body: where a height above the sole (cm along the leg) is in the picture, and how wide the limb is there.

/** [cm, outside, inside]: how far the skin is from the axis of the leg, seen from the front. */
const LEG_FRONT = [[0, 6.2, 4.4], [3, 5.9, 4.4], [6, 4.6, 3.9], [9, 3.8, 3.6], [14, 3.5, 3.3], [21, 4.6, 4.5], [29, 5.9, 5.7], [34, 5.8, 5.1], [40, 4.9, 4.7], [46, 5.2, 5.4], [52, 5.8, 5.9], [62, 7.4, 6.8], [72, 8.7, 7.3], [82, 9.8, 7.5], [90, 10.2, 7.5]];
/** The same from the side: back, front. The foot points forward. */
const LEG_SIDE = [[0, 4, 10.5], [2, 4.4, 10], [5, 4.2, 6.2], [9, 3.4, 4], [14, 3.5, 3.6], [22, 5.4, 3.8], [30, 6.5, 4], [38, 5.2, 4.4], [45, 4.7, 5.4], [52, 5.8, 6.2], [64, 7.4, 7], [78, 8.6, 7.6], [90, 9.2, 8.8], [106, 8, 8.6], [118, 8.6, 8.4], [128, 7.2, 6], [134, 3.8, 3.6], [142, 3.6, 3.4]];
const TRUNK = [[76, 21.5, 21.5], [84, 22, 22], [95, 18.5, 18.5], [105, 16.5, 16.5], [125, 19.5, 19.5]];

/** Knees and hips are rounded: every point is the mean of nine points along the limb, this far apart. */
const BEND_CM = 2.2;

const mean = (points) => [0, 1].map((k) => points.reduce((sum, one) => sum + one[k], 0) / points.length);

/** How far the skin is to either side; interpolated with a half cosine, since limbs have no corners. */
function girth(points, cm) {
  const i = points.findIndex(([at]) => at >= cm);
  if (i <= 0) return points[i === 0 ? 0 : points.length - 1].slice(1);
  const [[a, ...from], [b, ...to]] = [points[i - 1], points[i]];
  const share = (1 - Math.cos((Math.PI * (cm - a)) / (b - a))) / 2;
  return from.map((one, k) => one + (to[k] - one) * share);
}

const MIDDLE = 34;
const AXIS_CM = 12.2;

/** Standing, seen from the front; the person's left leg is to the right. A place has a point, a normal, and the half-widths along and against it. */
export function standing(top) {
  const y = (cm) => top - cm + 4;
  const leg = (sign) => (cm) => ({ x: MIDDLE + sign * AXIS_CM, y: y(cm), nx: sign, ny: 0, girth: girth(LEG_FRONT, cm) });
  const hasTrunk = top > 90;
  return {
    box: [0, 0, 2 * MIDDLE, top + 10],
    lanes: { left: leg(1), right: leg(-1), both: (cm) => ({ x: MIDDLE, y: y(cm), nx: 1, ny: 0, girth: girth(TRUNK, cm) }) },
    skin: hasTrunk ? [["left", 0, 79], ["right", 0, 79], ["both", 76, top]] : [["left", 0, top], ["right", 0, top]],
    cushions: [],
  };
}

/** Seated, seen from the side: shins vertical, thighs horizontal, the back reclined; the chair runs along behind. */
export function seated() {
  const along = (x0, y0) => {
    const bent = (cm) => {
      if (cm < 46) return [x0, y0 - cm];
      if (cm < 86) return [x0 + (cm - 46), y0 - 46];
      return [x0 + 40 + (cm - 86) * 0.34, y0 - 46 - (cm - 86) * 0.94];
    };
    const at = (cm) => mean(Array.from({ length: 9 }, (_, i) => bent(cm + (i - 4) * BEND_CM)));
    return (cm) => {
      const [[x, y], [ax, ay], [bx, by]] = [at(cm), at(cm - 1), at(cm + 1)];
      const far = Math.hypot(bx - ax, by - ay);
      return { x, y, nx: (ay - by) / far, ny: (bx - ax) / far, girth: girth(LEG_SIDE, cm) };
    };
  };
  const [near, far] = [along(36, 130), along(17, 130)];
  return {
    box: [4, 13, 108, 123],
    lanes: { left: near, right: far, both: near },
    skin: [["right", 0, 84], ["left", 0, 142]],
    cushions: [[6, 36], [56, 80], [90, 124]],
    isSeated: true,
  };
}

/** The lanes that an actuator lies on: one for both legs is drawn on each, unless it lies on the trunk. */
export function lanesOf(body, channel) {
  const isPaired = channel.side === "both" && !(body.isSeated || channel.from_cm >= 78);
  return isPaired ? ["left", "right"] : [channel.side];
}

/** A point `far` cm outside the limb: along its normal if `side` is 1, against it if -1. */
export function pointBeside(place, cm, side, far) {
  const { x, y, nx, ny, girth: [along, against] } = place(cm);
  const reach = side * ((side > 0 ? along : against) + far);
  return [x + nx * reach, y + ny * reach];
}

const pathPoints = (points) => points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);

/** From the inside of a leg to its outside, seen from the front; from its front to its back, seen from the side. */
const ACROSS = { standing: ["inner", "front", "all", "back", "outer"], seated: ["front", "inner", "all", "outer", "back"] };

/** The `channels` at the same height of the same limb as `channel`, itself included, in their order across it. */
export function neighboursAcross(body, channels, channel) {
  const shared = (one) => Math.min(one.to_cm, channel.to_cm) - Math.max(one.from_cm, channel.from_cm);
  const isBeside = (one) => one.side === channel.side && 2 * shared(one) > Math.min(one.to_cm - one.from_cm, channel.to_cm - channel.from_cm);
  const order = ACROSS[body.isSeated ? "seated" : "standing"];
  return channels.filter(isBeside).sort((a, b) => order.indexOf(a.face) - order.indexOf(b.face));
}

/** The place of slice `k` of `n` equal slices across a limb. */
export function slice(place, k, n) {
  if (n === 1) return place;
  return (cm) => {
    const { x, y, nx, ny, girth: [along, against] } = place(cm);
    const half = (along + against) / n / 2, middle = half * (2 * k + 1) - against;
    return { x: x + nx * middle, y: y + ny * middle, nx, ny, girth: [half, half] };
  };
}

/** The outline of a stretch of limb as the `d` of a path, wider than the limb by so many cm along and against its normal; `bow` curves its ends, like a ring seen from above. */
export function outline(place, from, to, [along, against], bow = 0) {
  const steps = Math.max(2, Math.ceil((to - from) / 1.5));
  const heights = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  const side = (sign) => heights.map((cm) => pointBeside(place, cm, sign, sign > 0 ? along : against));
  const end = (cm) => {
    const { x, y, nx, ny } = place(cm);
    return [x - ny * bow, y + Math.abs(nx) * bow];
  };
  const [[upper, lower], [up, down]] = [pathPoints([end(to), end(from)]), [pathPoints(side(1)), pathPoints(side(-1).reverse())]];
  return `M${up.join("L")}Q${upper} ${down[0]}L${down.slice(1).join("L")}Q${lower} ${up[0]}Z`;
}

/** A line `far` cm behind the limb, between two heights, as the `d` of a path. */
export function lineBehind(place, from, to, far) {
  const steps = Math.ceil((to - from) / 2);
  return `M${pathPoints(Array.from({ length: steps + 1 }, (_, i) => pointBeside(place, from + ((to - from) * i) / steps, 1, far))).join("L")}`;
}
