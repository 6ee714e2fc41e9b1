// The body, for drawing: where a height above the sole (cm along the leg) is on paper, and how broad the limb is there.

/** Half-widths of a leg and trunk in cm, by height. */
const LEG = [[0, 5.4], [4, 5.2], [9, 3.9], [14, 3.5], [22, 4.6], [31, 6], [37, 4.9], [42, 5.1], [48, 5.4], [60, 7.2], [78, 8.6], [90, 8.8]];
const TRUNK = [[78, 17], [88, 18], [97, 15.5], [106, 14.5], [125, 18]];

/** Knees and hips are round: every point is the mean of nine along the limb, so far from each other. */
const BEND_CM = 2.2;

const mean = (points) => [0, 1].map((k) => points.reduce((sum, one) => sum + one[k], 0) / points.length);

function between(points, cm) {
  const i = points.findIndex(([at]) => at >= cm);
  if (i <= 0) return points[i === 0 ? 0 : points.length - 1][1];
  const [[a, from], [b, to]] = [points[i - 1], points[i]];
  // Half a wave of a cosine from point to point: limbs have no corners.
  return from + ((to - from) * (1 - Math.cos((Math.PI * (cm - a)) / (b - a)))) / 2;
}

/** Standing, seen from the front; the person's left leg is to the right. A `place` gives middle, normal, half-width. */
export function standing(top) {
  const y = (cm) => top - cm + 4;
  return {
    box: [0, 0, 64, top + 8],
    lanes: { left: (cm) => ({ x: 45, y: y(cm), nx: 1, ny: 0, w: between(LEG, cm) }),
             right: (cm) => ({ x: 19, y: y(cm), nx: 1, ny: 0, w: between(LEG, cm) }),
             both: (cm) => ({ x: 32, y: y(cm), nx: 1, ny: 0, w: between(TRUNK, cm) }) },
    outline: top > 85 ? [["left", 0, 79], ["right", 0, 79], ["both", 78, top]] : [["left", 0, top], ["right", 0, top]],
  };
}

/** Seated, seen from the side: shins hang, thighs lie, the back leans. */
export function seated() {
  const along = (x0, y0) => {
    const bent = (cm) => {
      if (cm < 46) return [x0, y0 - cm];
      if (cm < 86) return [x0 + (cm - 46), y0 - 46];
      return [x0 + 40 + (cm - 86) * 0.3, y0 - 46 - (cm - 86) * 0.95];
    };
    const at = (cm) => mean(Array.from({ length: 9 }, (_, i) => bent(cm + (i - 4) * BEND_CM)));
    return (cm) => {
      const [[x, y], [ax, ay], [bx, by]] = [at(cm), at(cm - 1), at(cm + 1)];
      const far = Math.hypot(bx - ax, by - ay);
      return { x, y, nx: (ay - by) / far, ny: (bx - ax) / far, w: cm > 84 ? 8 : between(LEG, cm) };
    };
  };
  return {
    box: [0, 0, 92, 118],
    lanes: { left: along(26, 112), right: along(11, 112), both: along(26, 112) },
    outline: [["right", 0, 54], ["left", 0, 54], ["both", 50, 125]],
    isSeated: true,
  };
}

/** The outline of a stretch of limb, `swell` cm broader than the limb, as the d of a path. */
export function stretch(place, from, to, swell) {
  const steps = Math.max(2, Math.ceil((to - from) / 2));
  const at = Array.from({ length: steps + 1 }, (_, i) => place(from + ((to - from) * i) / steps));
  const side = (sign) => at.map(({ x, y, nx, ny, w }) => [x + sign * nx * (w + swell), y + sign * ny * (w + swell)]);
  const points = [...side(1), ...side(-1).reverse()];
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
}
