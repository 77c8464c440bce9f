// Tests of the function with Oracle's SDK for Node.js, of which only the endpoint is set. GATEWAY is the address of the gateway,
// MESSAGES that of the emulated OCI's list of published messages.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import common from "oci-common";
import tmcp from "oci-tenantmanagercontrolplane";

const tenancy = "ocid1.tenancy.oc1..aaaaaaaasender";
const { GATEWAY, MESSAGES } = process.env;

// This key is registered nowhere: the function does not verify the signatures of its callers.
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});
const authenticationDetailsProvider = new common.SimpleAuthenticationDetailsProvider(
  "ocid1.tenancy.oc1..caller", "ocid1.user.oc1..caller", "aa:bb", privateKey, null, common.Region.US_ASHBURN_1);

function client(kind, configuration) {
  const made = new kind({ authenticationDetailsProvider }, configuration);
  made.endpoint = GATEWAY;
  return made;
}

const invitations = client(tmcp.SenderInvitationClient);
const workRequests = client(tmcp.WorkRequestClient);

async function all(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

// records reads all pages with the SDK's helper for collections; paginateRecords takes only bodies that are lists.
const records = (request, list, collection) => all(common.genericPaginateRecords(request, list,
  ({ opcNextPage }) => opcNextPage, (next, page) => { next.page = page; }, (answer) => answer[collection].items));

const listed = (request) => records({ compartmentId: tenancy, ...request },
  (page) => invitations.listSenderInvitations(page), "senderInvitationCollection");

async function published() {
  const messages = await (await fetch(MESSAGES)).json();
  return messages.map(({ body }) => body);
}

const create = (recipient, more = {}) => invitations.createSenderInvitation({
  createSenderInvitationDetails: {
    compartmentId: tenancy, recipientTenancyId: `ocid1.tenancy.oc1..${recipient}`, ...more,
  },
});

const refused = (statusCode, serviceCode) => (error) => {
  assert.equal(error.statusCode, statusCode);
  assert.equal(error.serviceCode, serviceCode);
  assert.ok(error.opcRequestId);
  return true;
};

test("the life of an invitation", async () => {
  const before = (await published()).length;
  const recipientTenancyId = "ocid1.tenancy.oc1..acme";
  const created = await invitations.createSenderInvitation({
    opcRetryToken: "node-token-1",
    opcRequestId: "node-1",
    createSenderInvitationDetails: {
      compartmentId: tenancy,
      recipientTenancyId,
      recipientEmailAddress: "cloud@acme.example",
      displayName: "a1 to b1 v1",
      subjects: [tmcp.models.InvitationSubject.Link, tmcp.models.InvitationSubject.Governance],
      features: ["ENTITLEMENTS"],
      freeformTags: { a: "1" },
      definedTags: { ops: { cost: 7, on: true } },
    },
  });
  const { id } = created.senderInvitation;
  assert.equal(created.opcRequestId, "node-1");
  assert.equal(created.senderInvitation.recipientEmailAddress, "cloud@acme.example");
  assert.deepEqual(created.senderInvitation.subjects, ["LINK", "GOVERNANCE"]);
  assert.equal(created.senderInvitation.invitationFeatures[0].name, "ENTITLEMENTS");
  assert.deepEqual(created.senderInvitation.freeformTags, { a: "1" });
  assert.deepEqual(created.senderInvitation.definedTags, { ops: { cost: 7, on: true } });
  assert.match(String(created.senderInvitation.timeCreated), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/); // the SDK declares a Date and returns a string
  assert.equal(created.senderInvitation.timeUpdated, undefined);
  assert.ok(created.etag);

  const found = await listed({ recipientTenancyId });
  assert.deepEqual(found.map((item) => [item.id, item.lifecycleState]), [[id, "ACTIVE"]]);

  const read = await invitations.getSenderInvitation({ senderInvitationId: id, opcRequestId: "node-3" });
  assert.equal(read.opcRequestId, "node-3");
  const update = (ifMatch, updateSenderInvitationDetails) =>
    invitations.updateSenderInvitation({ senderInvitationId: id, ifMatch, updateSenderInvitationDetails });
  const first = await update(read.etag, { displayName: "a1 to b1 v2" });
  await assert.rejects(update(read.etag, { displayName: "lost" }), refused(412, "NoEtagMatch"));
  const second = await update(first.etag, { freeformTags: { b: "2" }, definedTags: { ops: { cost: 8 } } });
  assert.equal(second.senderInvitation.displayName, "a1 to b1 v2");
  assert.deepEqual(second.senderInvitation.freeformTags, { b: "2" });
  assert.deepEqual(second.senderInvitation.definedTags, { ops: { cost: 8 } });

  const canceled = await invitations.cancelSenderInvitation({
    senderInvitationId: id, ifMatch: second.etag, opcRetryToken: "node-token-2", opcRequestId: "node-4",
  });
  assert.equal(canceled.opcRequestId, "node-4");
  const waiter = invitations.createWaiters();
  const done = await waiter.forSenderInvitation({ senderInvitationId: id }, tmcp.models.LifecycleState.Inactive);
  assert.equal(done.senderInvitation.status, "CANCELED");
  assert.equal((await invitations.getSenderInvitation({ senderInvitationId: id })).senderInvitation.status, "CANCELED");
  await followed(created.opcWorkRequestId, "CREATE_SENDER_INVITATION");
  await followed(canceled.opcWorkRequestId, "CANCEL_SENDER_INVITATION");

  const events = (await published()).slice(before);
  assert.deepEqual(events.map(({ type }) => type),
    ["created", "updated", "failed", "updated", "canceled"].map((outcome) => `senderinvitation.${outcome}`));
  assert.deepEqual(events.map(({ subject }) => subject), Array(5).fill(id));
  assert.deepEqual(events[2].data.error, { status: 412, code: "NoEtagMatch", message: events[2].data.error.message, retryable: false });
});

// followed checks a finished work request with every operation and parameter of the WorkRequestClient.
async function followed(workRequestId, operation) {
  const { workRequest, opcRequestId } = await workRequests.getWorkRequest({ workRequestId, opcRequestId: "node-w" });
  assert.equal(opcRequestId, "node-w");
  assert.equal(workRequest.operationType, operation);
  assert.equal(workRequest.status, "SUCCEEDED");
  assert.equal(workRequest.percentComplete, 100);
  const request = { workRequestId, limit: 1, sortOrder: tmcp.models.SortOrder.Asc, opcRequestId: "node-w" };
  const logged = await records({ ...request }, (page) => workRequests.listWorkRequestLogs(page), "workRequestLogEntryCollection");
  assert.deepEqual(logged.map(({ message }) => message), ["accepted", "started", "SUCCEEDED"].map((step) => `${operation} ${step}`));
  const { workRequestErrorCollection } = await workRequests.listWorkRequestErrors(request);
  assert.deepEqual(workRequestErrorCollection.items, []);
}

test("lists, page by page", async () => {
  for (const name of ["<p1> ö", "p2", "p3", "p4", "p5"]) {
    await create(name.replaceAll(/\W/g, ""), { displayName: name });
  }
  const request = {
    compartmentId: tenancy, lifecycleState: tmcp.models.LifecycleState.Active, status: tmcp.models.SenderInvitationStatus.Pending,
    sortBy: tmcp.requests.ListSenderInvitationsRequest.SortBy.DisplayName, sortOrder: tmcp.models.SortOrder.Desc, limit: 2,
  };
  const found = await listed(request);
  assert.deepEqual(found.map(({ displayName }) => displayName), ["p5", "p4", "p3", "p2", "<p1> ö"]);

  const pages = await all(common.paginateResponses({ ...request, opcRequestId: "node-2" }, (page) => invitations.listSenderInvitations(page)));
  assert.deepEqual(pages.map((page) => page.senderInvitationCollection.items.length), [0, 2, 0, 2, 0, 1]); // OCI may give empty pages
  assert.deepEqual([...new Set(pages.map(({ opcRequestId }) => opcRequestId))], ["node-2"]);

  assert.equal((await listed({ displayName: "<p1> ö" })).length, 1); // this SDK does not escape an & in a query
});

test("refusals", async () => {
  await assert.rejects(invitations.getSenderInvitation({ senderInvitationId: "ocid1.senderinvitation.oc1..none" }), refused(404, "NotAuthorizedOrNotFound"));
  await assert.rejects(invitations.getSenderInvitation({ senderInvitationId: "a/b" }), refused(400, "InvalidParameter"));
  await assert.rejects(invitations.listSenderInvitations({ compartmentId: "ocid1.tenancy.oc1..other" }), refused(404, "NotAuthorizedOrNotFound"));
  await assert.rejects(invitations.listSenderInvitations({ compartmentId: tenancy, page: "no token" }), refused(400, "InvalidParameter"));
  await assert.rejects(create("x", { compartmentId: "ocid1.tenancy.oc1..other" }), refused(404, "NotAuthorizedOrNotFound"));
  await assert.rejects(create("x", { recipientTenancyId: undefined }), refused(400, "MissingParameter"));
  await assert.rejects(create("x", { subjects: ["NOTHING"] }), refused(400, "InvalidParameter"));
  await assert.rejects(workRequests.getWorkRequest({ workRequestId: "ocid1.organizationsworkrequest.oc1..none" }), refused(404, "NotAuthorizedOrNotFound"));
});

test("an SDK that retries", async () => {
  const seen = []; // statuses that the SDK got; the function must not retry itself
  const retrying = client(tmcp.SenderInvitationClient, {
    retryConfiguration: {
      terminationStrategy: new common.MaxAttemptsTerminationStrategy(5),
      delayStrategy: new common.FixedTimeDelayStrategy(0),
      retryCondition: ({ statusCode }) => {
        seen.push(statusCode);
        return statusCode === 503;
      },
    },
  });
  const retried = await retrying.getSenderInvitation({ senderInvitationId: "ocid1.senderinvitation.oc1..busy" }).catch((error) => error);
  assert.equal(retried.statusCode, 404);
  assert.deepEqual(seen.slice(0, 2), [503, 503]);
});
