// Exact sums of decimal texts. Amounts are never floating-point numbers: a text becomes a fraction of two whole numbers of any length.

/** `12.50`, `-3` or `1/3` as `[numerator, denominator]`. */
function fraction(amount) {
  if (amount.includes("/")) return amount.split("/").map(BigInt);
  const [whole, decimals = ""] = amount.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

/** Adds up: amounts of one denominator are added first. */
class Sum {
  constructor() {
    this.parts = new Map();
    this.open = 0;
    this.times = 0;
  }

  /** One amount, `null` when it is open; `sign` is 1 or −1. */
  add(amount, sign) {
    this.times++;
    if (amount === null) {
      this.open++;
      return;
    }
    const [above, below] = fraction(amount);
    this.parts.set(below, (this.parts.get(below) ?? 0n) + (sign < 0 ? -above : above));
  }

  /** Of what is known: the shortest decimal, or `n/d` where there is none. */
  known() {
    let [above, below] = [0n, 1n];
    for (const [d, n] of this.parts) [above, below] = [above * d + n * below, below * d];
    const common = divisor(above < 0n ? -above : above, below);
    return decimal(above / common, below / common);
  }
}

function divisor(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** A fraction in its lowest terms as a text. */
function decimal(above, below) {
  let [rest, places] = [below, 0];
  while (rest % 10n === 0n) [rest, places] = [rest / 10n, places + 1];
  let [twos, fives] = [0, 0];
  while (rest % 2n === 0n) [rest, twos] = [rest / 2n, twos + 1];
  while (rest % 5n === 0n) [rest, fives] = [rest / 5n, fives + 1];
  if (rest !== 1n) return `${above}/${below}`;
  places += Math.max(twos, fives);
  const scaled = (above * 10n ** BigInt(places)) / below;
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, "0");
  const cut = digits.length - places;
  return (scaled < 0n ? "-" : "") + digits.slice(0, cut) + (places ? "." + digits.slice(cut) : "");
}

/** Fines and deductions are taken away. */
const signOf = (posting) => (postings[posting][0] === "fine" || postings[posting][0] === "deduct" ? -1 : 1);

/** The amount of a statement's line as it counts in totals; null while it is open. */
function signedAmount([, , , posting, amount]) {
  if (amount < 0) return null;
  const said = text(amount);
  if (signOf(posting) > 0 || said === "0") return said;
  return said.startsWith("-") ? said.slice(1) : "-" + said;
}
