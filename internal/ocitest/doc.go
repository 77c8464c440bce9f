// Package ocitest is an emulated Oracle Cloud Infrastructure, as far as sender
// invitations need one: the Organizations API for sender invitations and their
// work requests, the part of the Notifications API that publishes messages,
// and resource-principal credentials. It is one http.Handler, the same for
// tests and for a local stack, and the real OCI SDK works on it:
//
//	oci := &ocitest.Server{}
//	server := httptest.NewServer(oci)           // client.Host = server.URL
//	env, err := oci.IssueCredentials(directory) // environment for auth.ResourcePrincipalConfigurationProvider
//
// Paths, bodies, headers and codes are those of the API reference and of the
// models of the OCI Go SDK. Requests must be signed, as OCI wants them signed,
// with credentials that the same Server has issued. State moves only when it is
// looked at, by the clock [Server.Now]: there are no goroutines and no timers.
// GET /messages and GET /calls, unsigned, show people what was published and
// what was asked.
//
// # Differences from the service
//
// It differs from the service in that:
//   - it has one tenancy, no permissions, no quotas and no rate limits; every
//     topic OCID of type onstopic names a topic, unless [Server.Topics] is set;
//     what is published to a topic that is not ACTIVE is accepted;
//   - it forgets everything when it ends and, but for retry tokens after 24
//     hours, nothing before;
//   - a second invitation for a recipient that has a pending one is created,
//     so that tests can see duplicates;
//   - OCIDs, etags, message ids and request ids are counted, not random;
//   - OCIDs and e-mail addresses in a body are not checked for shape, defined
//     tags not for their namespaces;
//   - recipientInvitationId and systemTags are never set; work requests are
//     not listed.
//
// # Assumptions
//
// Where the service documents nothing, this was chosen:
//   - errors: 413 is PayloadTooLarge and 405 MethodNotAllowed; a body that is
//     not one JSON object is CannotParseRequest, a missing or null required
//     member or parameter MissingParameter, any other wrong one
//     InvalidParameter; a foreign compartmentId is NotAuthorizedOrNotFound;
//     an update or cancel at the wrong time is IncorrectState; an unknown path is
//     NotAuthorizedOrNotFound with a message that names it;
//   - an operation moves from ACCEPTED to IN_PROGRESS to SUCCEEDED, 0, 50 and
//     100 percent, one [Server.Step] each; its resource is a "senderInvitation"
//     with the action IN_PROGRESS until it succeeds, then CREATED or UPDATED;
//   - an invitation is CREATING, later ACTIVE; UPDATING while being canceled,
//     its status still PENDING; INACTIVE once canceled, accepted or expired;
//   - only an invitation that is ACTIVE or INACTIVE or FAILED can be updated;
//   - every change, one of state included, makes a new etag and timeUpdated;
//     timeUpdated is unset before the first; if-match may be "*";
//   - checks run in the order: size, signature, path, retry token, body,
//     existence, if-match, state;
//   - a retry token that comes with another payload than the first time is
//     InvalidatedRetryToken, status 409, within 24 hours; the payload is the
//     method, the path and the JSON value of the body; only successes are stored
//     under a token;
//   - displayName is unset unless given, in lists too; an empty text, list or
//     tag map is as good as unset, and is left out; a feature has the status
//     of its invitation;
//   - pages are counted, so a list that changes between two pages can show an
//     item twice or not at all; a limit above the page size means the page size;
//     logs and errors of a work request are oldest first;
//   - the header date is by the clock [Server.Now];
//   - opc-request-id is the caller's, unchanged, or one made up;
//   - names of body members and values of enumerations are matched with their
//     letter case, except sortOrder.
package ocitest
