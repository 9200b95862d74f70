// How the scan page speaks to the server: JSON with the session's own proof, and an answer even when none came.

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

// Made here, so that a scan sent twice counts once (crypto.randomUUID is there only on https and localhost).
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// { ok, status, body, detail }: status 0 when the network or the server gave no answer.
export async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    return { ok: answer.ok, status: answer.status, body: said, detail: said.detail };
  } catch {
    return { ok: false, status: 0, body: {}, detail: "" };
  }
}
