/**
 * Remembers what verified tokens stand for, so that a caller's next requests need no signature check.
 *
 * Bounded by count and by bytes; what was unused for longest goes first. A token is kept under its SHA-256 digest:
 * whoever gets to see this memory can use none of it. Only what verified is remembered: a refusal costs a
 * verification at most, and remembering refusals would let anybody fill the cache.
 */
import { hash } from "node:crypto";

/** How much is remembered. */
export interface TokenCacheLimits {
  /** 0 switches the cache off. */
  readonly maxTokens: number;
  /** Of the tokens together: what is kept of one is never larger than the token. */
  readonly maxBytes: number;
}

export const defaultCacheLimits: TokenCacheLimits = { maxTokens: 1_000, maxBytes: 4_000_000 };

/** Gives the name that a token is remembered under. */
export function digestToken(token: string): string {
  return hash("sha256", token, "base64");
}

export class TokenCache<Verification> {
  readonly #limits: TokenCacheLimits;
  readonly #entries = new Map<string, { readonly value: Verification; readonly bytes: number }>();
  #bytes = 0;

  constructor(limits: TokenCacheLimits) {
    this.#limits = limits;
  }

  /** Gives what is remembered, and remembers that it was used. */
  get(digest: string): Verification | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    return entry.value;
  }

  set(digest: string, value: Verification, bytes: number): void {
    this.delete(digest);
    if (this.#limits.maxTokens < 1 || bytes > this.#limits.maxBytes) return;
    this.#entries.set(digest, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.maxTokens && this.#bytes <= this.#limits.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(digest: string): void {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return;
    this.#entries.delete(digest);
    this.#bytes -= entry.bytes;
  }

  /** How much is remembered now. */
  get size(): { readonly tokens: number; readonly bytes: number } {
    return { tokens: this.#entries.size, bytes: this.#bytes };
  }
}
