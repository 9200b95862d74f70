// What a scan says, read on the phone itself: tags in every spelling and mode cards. The server reads them again.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
const NUMBER_ROW = Object.fromEntries([..."&é\"'(§è!çà"].map((sign, place) => [sign, "1234567890"[place]]));
const swap = (from, to) => Object.fromEntries([...from].map((sign, place) => [sign, to[place]]));
// A scanner that believes in a US keyboard presses keys; a Belgian PC reads these characters from them.
const US_KEYS = { ...NUMBER_ROW, ...swap("AaQqZzWw", "QqAaWwZz"), ...swap(",?mM", "mM;:"), ...swap(":;=+)°", ".,//-_") };

export const fromUsScanner = (text) => [...text].map((sign) => US_KEYS[sign] ?? sign).join("");
export const grouped = (tag) => `${tag.slice(0, 4)}-${tag.slice(4, 8)}-${tag.slice(8)}`;

// An act and perhaps a place: `HTTPS://<HOST>/M/<ACT>[/<LOCATION>]`, or `RELAIS:MODE:<act>[:<location>]`.
const CARD = /^(?:(?:https?:\/\/)?[\w.:[\]-]+\/m\/|relais:mode:)([a-z_]+)(?:[/:]([^/?#\s]+))?\/?$/i;

export function readCard(text) {
  for (const reading of [text.trim(), fromUsScanner(text.trim())]) {
    const found = CARD.exec(reading);
    if (found) return { act: found[1].toLowerCase(), location: (found[2] ?? "").toUpperCase() };
  }
  return null;
}

function checks(tag) {
  let remainder = 0;
  for (const symbol of tag.slice(0, 8)) remainder = ((remainder + ISO_7064.indexOf(symbol)) * 2) % 37;
  return ISO_7064[(38 - remainder) % 37] === tag[8];
}

// Two of these prove a keyboard that answered wrongly; one may be a slip of the finger.
const WRONG_LAYOUT = new Set([...Object.keys(NUMBER_ROW), ..."ÉÈÇÀ“”‘’,?)=+"]);
const shifted = (text) => [...text].map((sign) => NUMBER_ROW[sign] ?? sign).join("");

function nineSymbols(text) {
  const link = /\/(?:t|devices)\/([^/?#]+)/i.exec(text);
  const body = (link ? link[1] : text).replace(/[\s\p{Cc}\p{Cf}\p{Pd}]/gu, "").toUpperCase();
  const tag = body.replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1");
  return tag.length === 9 && [...tag].every((symbol) => ALPHABET.includes(symbol)) ? tag : "";
}

// The tag of nine symbols, or "" when the text is none, or could be two: it is never guessed.
export function readTag(text) {
  const typed = text.trim().replace(/^(?:\$|\][A-Za-z][0-9A-Za-z])(?=.)/, "");
  const plain = nineSymbols(typed);
  if (plain) return checks(plain) ? plain : "";
  if ([...typed].filter((sign) => WRONG_LAYOUT.has(sign)).length < 2) return "";
  const right = new Set([fromUsScanner(typed), shifted(typed)].map(nineSymbols).filter((tag) => tag && checks(tag)));
  return right.size === 1 ? [...right][0] : "";
}
