// Waiting for what must happen.

/** How long anything that must happen may take before a test gives up; one that passes never waits for it. */
export const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 10;

/** Waits until `look` finds something. It may fail for a while. */
export async function until<T>(look: () => T | Promise<T>, what = String(look)): Promise<NonNullable<T>> {
  const end = performance.now() + PATIENCE_MS;
  let failure: unknown;
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Error(`did not happen: ${what}`, { cause: failure });
}
