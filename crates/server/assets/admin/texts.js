// Everything that this page says to people, but for what a view says once.

export const PLACES = [
  ['overview', 'Overview'],
  ['connections', 'Connections'],
  ['people', 'People'],
  ['groups', 'Groups'],
  ['audit', 'Audit log'],
  ['jobs', 'Jobs'],
];

const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export const count = (value) => (value === null || value === undefined || Number.isNaN(value) ? '–' : number.format(value));

export function bytes(value) {
  let [size, unit] = [value, 0];
  while (size >= 1024 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${number.format(size)} ${UNITS[unit]}`;
}

export function duration(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return days ? `${days} d ${hours} h` : hours ? `${hours} h ${minutes} min` : `${minutes} min`;
}
