/** Waits for something to become true, and gives up after a while: a loop without end would outlive its test. */
export async function until(isTrue: () => boolean): Promise<void> {
  const endsAtMs = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > endsAtMs) throw new Error("it did not come true");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
