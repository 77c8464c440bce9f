// Oracle's SDK for Node.js behind a gateway that wants a bearer token: invites a tenancy and prints the invitation.
//
//   GATEWAY_URL=https://<host of the gateway> TOKEN=<JWT> node client.mjs <sender tenancy> <recipient tenancy>
//
// It needs the packages oci-common and oci-tenantmanagercontrolplane.

import { createHash } from "node:crypto";
import process from "node:process";
import common from "oci-common";
import tmcp from "oci-tenantmanagercontrolplane";

// A signer puts its own header where the SDK's would put OCI's signature.
const signer = {
  async signHttpRequest(request) {
    request.headers.set("authorization", `Bearer ${process.env.TOKEN}`);
  },
};

// The gateway's own errors have a number as their code, which the SDK makes nothing of: 401 is told here.
class TokenClient extends common.FetchHttpClient {
  async send(...request) {
    const response = await super.send(...request);
    if (response.status === 401) throw new Error("401: the gateway does not take the token");
    return response;
  }
}

const [compartmentId, recipientTenancyId] = process.argv.slice(2);
const { GATEWAY_URL, TOKEN } = process.env;
if (!GATEWAY_URL || !TOKEN || !compartmentId || !recipientTenancyId) {
  console.error("usage: GATEWAY_URL=https://… TOKEN=… node client.mjs <sender tenancy> <recipient tenancy>");
  process.exit(2);
}

const invitations = new tmcp.SenderInvitationClient({ httpClient: new TokenClient(signer) });
invitations.endpoint = GATEWAY_URL; // the SDK adds /20230401, the deployment's path prefix

// Asked again with the same token within 24 hours, the service makes no second invitation. Services of OCI take 64 characters, and an
// OCID is longer.
const opcRetryToken = createHash("sha256").update(`invite ${recipientTenancyId} to ${compartmentId}`).digest("hex");

try {
  const { senderInvitation, opcWorkRequestId } = await invitations.createSenderInvitation({
    opcRetryToken,
    createSenderInvitationDetails: { compartmentId, recipientTenancyId, subjects: [tmcp.models.InvitationSubject.Link] },
  });
  console.log(JSON.stringify({ ...senderInvitation, opcWorkRequestId }, null, 2));
} catch (error) {
  console.error([error.statusCode, error.serviceCode, error.message].filter(Boolean).join(" "));
  process.exitCode = 1;
} finally {
  invitations.shutdownCircuitBreaker(); // it has a timer
}
