"""Oracle's SDK for Python behind a gateway that wants a bearer token: invites a tenancy and prints the invitation.

    GATEWAY_URL=https://<host of the gateway> TOKEN=<JWT> python3 client.py <sender tenancy> <recipient tenancy>

It needs the package oci.
"""

import hashlib
import os
import sys

import oci

# The SDK looks at the shape of these although the signer below needs none of them.
UNUSED = {
    "tenancy": "ocid1.tenancy.oc1..unused",
    "user": "ocid1.user.oc1..unused",
    "fingerprint": ":".join(["00"] * 16),
    "key_content": "unused",
    "region": "us-ashburn-1",
}


class Bearer:
    """A signer puts its own header where the SDK's would put OCI's signature."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["authorization"] = "Bearer " + self.token
        return request


def main():
    gateway, token = os.environ.get("GATEWAY_URL"), os.environ.get("TOKEN")
    if not gateway or not token or len(sys.argv) != 3:
        sys.exit("usage: GATEWAY_URL=https://… TOKEN=… python3 client.py <sender tenancy> <recipient tenancy>")
    sender, recipient = sys.argv[1:]
    # The SDK adds /20230401, the deployment's path prefix, to the endpoint.
    invitations = oci.tenant_manager_control_plane.SenderInvitationClient(
        UNUSED, signer=Bearer(token), service_endpoint=gateway)
    details = oci.tenant_manager_control_plane.models.CreateSenderInvitationDetails(
        compartment_id=sender, recipient_tenancy_id=recipient, subjects=["LINK"])
    # Asked again with the same token within 24 hours, the service makes no second invitation. Services of OCI take 64 characters,
    # and an OCID is longer.
    retry_token = hashlib.sha256(f"invite {recipient} to {sender}".encode()).hexdigest()
    try:
        created = invitations.create_sender_invitation(details, opc_retry_token=retry_token)
    except oci.exceptions.ServiceError as error:
        sys.exit(f"{error.status} {error.code} {error.message}")
    print(created.data, created.headers["opc-work-request-id"], sep="\n")


if __name__ == "__main__":
    main()
