package ocitest

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

var (
	lifecycleStates = []string{creating, active, inactive, updating, failed, "TERMINATED"}
	statuses        = []string{pending, canceled, accepted, expired, failed, "NOT_APPLICABLE"}
)

func (s *Server) listInvitations(r request) (answer, error) {
	if err := s.checkCompartment(r.query.Get("compartmentId")); err != nil {
		return answer{}, err
	}
	found := []*invitation{}
	matches, err := invitationFilter(r.query)
	if err != nil {
		return answer{}, err
	}
	for _, i := range s.invitations {
		if matches(i) {
			found = append(found, i)
		}
	}
	if err := sortInvitations(found, r.query); err != nil {
		return answer{}, err
	}
	return listAnswer(s, r.query, found)
}

// invitationFilter returns the filter that the query parameters describe.
func invitationFilter(query url.Values) (matches func(*invitation) bool, err error) {
	recipient, name := query.Get("recipientTenancyId"), query.Get("displayName")
	state, status := query.Get("lifecycleState"), query.Get("status")
	if state != "" && !slices.Contains(lifecycleStates, state) {
		return nil, invalid("lifecycleState must be one of %v", lifecycleStates)
	}
	if status != "" && !slices.Contains(statuses, status) {
		return nil, invalid("status must be one of %v", statuses)
	}
	wanted := func(want, have string) bool { return want == "" || want == have }
	return func(i *invitation) bool {
		return wanted(recipient, i.RecipientTenancyID) && wanted(name, i.DisplayName) &&
			wanted(state, i.LifecycleState) && wanted(status, i.Status)
	}, nil
}

// sortInvitations sorts by sortBy and sortOrder. Invitations with the same name
// stay oldest first.
func sortInvitations(list []*invitation, query url.Values) error {
	key := func(a, b *invitation) int { return cmp.Compare(a.number, b.number) }
	newestFirst := true
	switch query.Get("sortBy") {
	case "displayName":
		key = func(a, b *invitation) int { return cmp.Compare(a.DisplayName, b.DisplayName) }
		newestFirst = false
	case "", "timeCreated":
	default:
		return invalid("sortBy must be timeCreated or displayName")
	}
	descending, err := sortDescending(query, newestFirst)
	if descending {
		ascending := key
		key = func(a, b *invitation) int { return ascending(b, a) }
	}
	slices.SortStableFunc(list, key)
	return err
}

// sortDescending reports whether sortOrder is DESC. byDefault is the result for a
// query without sortOrder.
func sortDescending(query url.Values, byDefault bool) (bool, error) {
	switch strings.ToUpper(query.Get("sortOrder")) {
	case "":
		return byDefault, nil
	case "ASC":
		return false, nil
	case "DESC":
		return true, nil
	}
	return false, invalid("sortOrder must be ASC or DESC")
}

// listByTime returns an answer with a page of items, which are given oldest first.
func listByTime[T any](s *Server, query url.Values, items []T, newestFirst bool) (answer, error) {
	descending, err := sortDescending(query, newestFirst)
	if err != nil {
		return answer{}, err
	}
	if descending {
		slices.Reverse(items)
	}
	return listAnswer(s, query, items)
}

// listAnswer returns an answer with the page of all items that the query asks for.
func listAnswer[T any](s *Server, query url.Values, all []T) (answer, error) {
	limit, err := s.limit(query)
	if err != nil {
		return answer{}, err
	}
	page, err := parsePage(query.Get("page"))
	if err != nil {
		return answer{}, err
	}
	items, next := cutPage(all, page, limit, s.EmptyPages)
	header := map[string]string{}
	if next != nil {
		header["opc-next-page"] = next.token()
	}
	return ok(map[string][]T{"items": items}, header)
}

// limit returns the maximum number of items of a page.
func (s *Server) limit(query url.Values) (int, error) {
	most := s.PageSize
	if most <= 0 {
		most = 100
	}
	if !query.Has("limit") {
		return most, nil
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 {
		return 0, invalid("limit must be a positive whole number")
	}
	return min(limit, most), nil
}

// page is a position in a list.
type page struct {
	offset int
	filled bool // the empty page before this one has been served
}

// cutPage returns one page of a list, and the position of the next page or nil.
func cutPage[T any](all []T, p page, limit int, emptyPages bool) (items []T, next *page) {
	if emptyPages && !p.filled {
		return []T{}, &page{p.offset, true}
	}
	start := min(p.offset, len(all))
	end := min(start+limit, len(all))
	if end < len(all) {
		next = &page{offset: end}
	}
	return all[start:end], next
}

// token encodes a position as an opaque text.
func (p page) token() string {
	text := strconv.Itoa(p.offset)
	if p.filled {
		text += "+"
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parsePage is the inverse of token. "" is the start of the list.
func parsePage(token string) (page, error) {
	if token == "" {
		return page{}, nil
	}
	text, _ := base64.RawURLEncoding.DecodeString(token)
	digits, filled := strings.CutSuffix(string(text), "+")
	offset, err := strconv.Atoi(digits)
	p := page{offset, filled}
	if err != nil || offset < 0 || p.token() != token {
		return page{}, invalid("page must be the opc-next-page of a list")
	}
	return p, nil
}
