// Samples of deliveries, and new events made of them.

import { ask } from "./server.js";
import { el } from "./dom.js";
import { all } from "./store.js";

export const samples = [];

// loadSamples reads the samples and offers them in the lists.
export async function loadSamples(...lists) {
  samples.push(...await ask("/console/samples"));
  for (const list of lists) {
    list.append(...samples.map(({ name, file }) => el("option", { value: file }, name)));
    list.value = "signup.json";
  }
}

export function sample(file) {
  return samples.find((one) => one.file === file) ?? { file, name: file, headers: {}, body: "" };
}

const companies = ["Globex", "Initech", "Hooli", "Vandelay", "Wonka", "Tyrell", "Soylent", "Cyberdyne", "Gringotts", "Oceanic"];

// company returns one that has no invitation yet, if fresh; else that of the newest pending invitation, or of the newest one.
function company(fresh) {
  const invitations = all("invitations").map(({ invitation }) => invitation);
  const newest = invitations.findLast(({ status }) => status === "PENDING") ?? invitations.at(-1);
  if (!fresh && newest) {
    const [, name = "company"] = newest.recipientTenancyId.match(/\.a{8}([a-z0-9]+)$/) ?? [];
    return { tenancy: newest.recipientTenancyId, name: name[0].toUpperCase() + name.slice(1) };
  }
  const tenancyOf = (name) => `ocid1.tenancy.oc1..aaaaaaaa${name.toLowerCase()}`;
  const isFree = (name) => !invitations.some(({ recipientTenancyId }) => recipientTenancyId === tenancyOf(name));
  const name = companies.find(isFree) ?? `Company${crypto.randomUUID().slice(0, 4)}`;
  return { tenancy: tenancyOf(name), name };
}

// anew returns the body of a sample as a new event: with an id of its own, and about another company than Acme.
export function anew(file, fresh) {
  const { tenancy, name } = company(fresh);
  return sample(file).body
    .replaceAll("ocid1.tenancy.oc1..aaaaaaaaacme", tenancy)
    .replaceAll("Acme", name)
    .replaceAll(/acme\b/g, name.toLowerCase())
    .replace(/("(?:eventID|id)": ")[^"]*"/, `$1${crypto.randomUUID()}"`);
}
