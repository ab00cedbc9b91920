// A stage of reading that failed, by its verdict: not_hc1, base45, zlib, cbor, not_cose, alg, no_kid.
export class Refused extends Error {
  constructor(verdict) {
    super(verdict)
    this.verdict = verdict
  }
}
