package hostile

import (
	"net/http"
	"slices"
)

// Requests returns hostile requests of the Organizations API, as a gateway brings them. No body is larger than size bytes.
func Requests(size int) []Delivery {
	const recipient = `"compartmentId":"ocid1.tenancy.oc1..aaaaaaaasender","recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaother"`
	updates, creates := &collection{size: size}, &collection{size: size}
	updates.add("update with nested lists", "{", `"a":[[[[]]]],`, `"z":0}`)
	updates.add("update with values", `{"subjects":[`, "0,", "0]}")
	updates.put(keys("update with keys", size, "{", `"%d":0,`, `"z":0}`),
		keys("update with tags", size, `{"freeformTags":{`, `"%d":"",`, `"z":""}}`))
	creates.add("create with an address", "{"+recipient+`,"recipientEmailAddress":"`, "a.", `@b"}`)
	creates.add("create with a domain", "{"+recipient+`,"recipientEmailAddress":"a@`, "a.", `b"}`)
	creates.put(keys("create with keys", size, "{"+recipient+",", `"%d":0,`, `"z":0}`))
	return slices.Concat(updates.under(request(http.MethodPut, "/ocid1.x.oc1..a")), creates.under(request(http.MethodPost, "")))
}

// under returns the deliveries with the header.
func (c *collection) under(header http.Header) []Delivery {
	for index := range c.all {
		c.all[index].Header = header
	}
	return c.all
}

func request(method, path string) http.Header {
	return http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {method}, "Content-Type": {"application/json"},
		"Fn-Http-Request-Url": {"/20230401/senderInvitations" + path}}
}
