// The text format of Prometheus, as far as it is needed here: numbers now, and rates between two looks.

/** Series as `[name, labels, value]`. */
export function read(text) {
  const series = [];
  for (const line of text.split('\n')) {
    const found = /^([a-z_:]+)(?:\{(.*)\})? (\S+)$/i.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, name, value] of (found[2] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)) labels[name] = value;
    series.push([found[1], labels, Number(found[3])]);
  }
  return series;
}

/** One look at the metrics. */
export class Look {
  constructor(text, at) {
    this.series = read(text);
    this.at = at;
  }

  /** The sum of all series of that name with these labels. */
  sum(name, labels = {}) {
    return this.series.filter(([its, has]) => its === name && Object.entries(labels).every(([key, value]) => has[key] === value)).reduce((sum, [, , value]) => sum + value, 0);
  }

  /** The sums by one label. */
  by(name, label) {
    const sums = new Map();
    for (const [its, has, value] of this.series) if (its === name) sums.set(has[label], (sums.get(has[label]) ?? 0) + value);
    return sums;
  }

  /** Per second since an earlier look; null without one, or when the server began anew meanwhile. */
  rate(earlier, name, labels) {
    const grown = earlier ? this.sum(name, labels) - earlier.sum(name, labels) : -1;
    return grown < 0 ? null : grown / ((this.at - earlier.at) / 1000);
  }
}
