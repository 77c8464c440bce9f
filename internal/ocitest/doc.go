// Package ocitest emulates the part of Oracle Cloud Infrastructure that sender
// invitations need. The real OCI SDK works against it.
//
// # Start
//
// A [Server] is an http.Handler. Its zero value is ready for use, in tests and
// in a local stack alike:
//
//	oci := &ocitest.Server{}
//	server := httptest.NewServer(oci)           // client.Host = server.URL
//	env, err := oci.IssueCredentials(directory) // environment for auth.ResourcePrincipalConfigurationProvider
//
// It serves these operations of three APIs:
//   - Organizations, under /20230401: create, get, list, update and cancel
//     sender invitations; get and list work requests, and list their errors and logs;
//   - Notifications, under /20181201: get topics, and publish messages;
//   - Streaming, under /20180418: get streams, and put messages.
//
// Paths, bodies, headers and error codes follow the API reference and the models
// of the OCI Go SDK. Every request must be signed as OCI requires, with
// credentials that the same Server has issued.
//
// # Steer and observe
//
// A test steers a Server in these ways:
//   - [Server.Fault] delays, refuses or cuts requests, and spoils answers;
//   - [Server.Accept], [Server.Expire], [Server.FailInvitation] and
//     [Server.FailCancel] change an invitation as its recipient or the service would;
//   - [Server.FailCreations] and [Server.FailCancels] make the next operations fail;
//   - [Server.Advance] puts the service's clock forward, so that invitations expire;
//   - [Server.RevokeCredentials] invalidates all credentials issued so far.
//
// [Server.Invitations], [Server.Messages], [Server.StreamMessages] and
// [Server.Calls] return what the Server holds, what was published to topics and
// put into streams, and what was requested; [Server.Refused] counts the messages
// that limits have kept out. [Server.Standings] returns invitations with their work
// requests and with the changes that are possible. Over HTTP, GET /messages shows the
// messages of both, and GET /calls the requests, as JSON and without a signature.
//
// # Clocks
//
// There are two clocks. [Server.Now] is the clock of the callers, such as the
// function: by it, signatures and session tokens are valid or not, and credentials
// are issued. The service's clock is ahead of it by all that [Server.Advance] has
// put it forward. The service dates by its own clock whatever it holds and answers:
// invitations and their end, asynchronous operations, retry tokens, messages, rate
// limits, and the header date. A caller that compares this header with its own
// clock, as the function's doctor does, then finds its clock slow.
//
// A Server has no goroutines and no timers. Before it reads or changes
// invitations, it finishes the asynchronous operations and expires the
// invitations that are due by the service's clock.
//
// # Differences from the service
//
//   - There is one tenancy. There are no permissions or quotas.
//   - There are no rate limits, unless [Server.TopicMessages],
//     [Server.PartitionBytes] or [Server.PartitionRequests] is set.
//   - Every OCID of type onstopic is a topic, unless [Server.Topics] is set, and
//     every OCID of type stream is a stream, unless [Server.Streams] is set. Both
//     accept messages even if they are not ACTIVE.
//   - Every stream has [Server.Partitions] partitions. Its messages cannot be read
//     by the API, and are kept for ever.
//   - State lives in memory. Only retry tokens are forgotten, after 24 hours.
//   - A recipient that has a pending invitation can be invited again, so that
//     tests can detect duplicates.
//   - OCIDs, etags, message ids and request ids are consecutive, not random.
//   - In a body, the form of OCIDs and e-mail addresses is not checked, nor
//     are the namespaces of defined tags.
//   - recipientInvitationId and systemTags are never set.
//
// # Assumptions
//
// Where the service's documentation is silent, the emulator does as follows.
//
// Errors:
//   - A request is checked in this order: size, signature, path, retry token,
//     body, existence, if-match, state.
//   - A body that is too large is 413 PayloadTooLarge, a wrong method 405
//     MethodNotAllowed.
//   - A body that is not one JSON object is CannotParseRequest. A required
//     member or parameter that is missing or null is MissingParameter; any
//     other wrong one is InvalidParameter.
//   - An unknown path is NotAuthorizedOrNotFound, with a message that names it;
//     so is a compartmentId other than the sender tenancy.
//   - An update or cancel in the wrong state is IncorrectState.
//   - Of an error within a list, the message names the place, from 0.
//
// Requests and responses:
//   - Names of body members and values of enumerations are case-sensitive,
//     except sortOrder.
//   - An empty string, list or tag map counts as unset. Unset members are
//     omitted.
//   - opc-request-id is the caller's, unchanged, or a new one.
//   - if-match may be "*".
//
// Invitations:
//   - An invitation is CREATING, then ACTIVE. It is UPDATING and still PENDING
//     while it is being canceled, and INACTIVE once it is canceled, accepted or
//     expired.
//   - Only an invitation that is ACTIVE, INACTIVE or FAILED can be updated.
//   - Every change, including one of state, sets a new etag and timeUpdated.
//     Before the first change timeUpdated is unset.
//   - The sender tenancy cannot be invited: InvalidParameter.
//   - displayName has no default, in lists either. A feature has the status of
//     its invitation.
//
// Work requests:
//   - An operation is ACCEPTED at 0 percent, IN_PROGRESS at 50 and SUCCEEDED
//     at 100. Each of the first two stages takes one [Server.Step].
//   - Its resource is a "senderInvitation" with the action IN_PROGRESS, and
//     with CREATED or UPDATED once it has succeeded.
//   - An invitation whose cancellation fails is ACTIVE and PENDING again. It expires
//     at once if its 30 days are over.
//   - Work requests are listed newest first, logs and errors oldest first. All errors
//     of a work request have the time of its end.
//
// Messages of streams:
//   - The key's hash is FNV-1a. Messages without a key go to each partition in
//     turn, refused ones too. An empty key is none; an empty value is wrong.
//   - Keys and values of more than 1 MiB in all are 413 PayloadTooLarge, a key of
//     more than 256 bytes is InvalidParameter. Neither puts any message.
//
// Rate limits:
//   - A limit holds in every minute ([Server.TopicWindow]), or second, that ends now: a
//     sliding window. What is refused does not count.
//   - A topic at its limit is 429 TooManyRequests, without a retry-after.
//   - An entry of PutMessages whose partition is at its limit has the error
//     TooManyRequests, and the answer is 200. A smaller entry behind it can be
//     taken. If no entry is taken, the request is 429 TooManyRequests.
//   - A partition counts the bytes of keys and values. It counts a request once if
//     it has taken one of its entries.
//   - A partition that has taken nothing for a second takes an entry of any size.
//
// Lists:
//   - Pages are offsets: in a list that changes between two pages, an item can
//     appear twice or not at all.
//   - A limit above the page size means the page size.
//
// Retry tokens:
//   - For 24 hours, a retry token with another payload than at first is 409
//     InvalidatedRetryToken. The payload is the method, the path and the JSON
//     value of the body.
//   - Only successful answers are stored under a token.
//   - A token of more than 64 bytes is 400 InvalidParameter.
package ocitest
