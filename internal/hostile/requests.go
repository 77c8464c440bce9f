package hostile

import "net/http"

// Requests returns hostile requests of the Organizations API, as a gateway brings them. No body is larger than size bytes.
func Requests(size int) []Delivery {
	const recipient = `"compartmentId":"ocid1.tenancy.oc1..aaaaaaaasender","recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaother"`
	update, create := request(http.MethodPut, "/ocid1.x.oc1..a"), request(http.MethodPost, "")
	c := &collection{size: size}
	c.add("update with nested lists", "{", `"a":[[[[]]]],`, `"z":0}`)
	c.add("update with values", `{"subjects":[`, "0,", "0]}")
	c.put(keys("update with keys", size, "{", `"%d":0,`, `"z":0}`),
		keys("update with tags", size, `{"freeformTags":{`, `"%d":"",`, `"z":""}}`))
	for index := range c.all {
		c.all[index].Header = update
	}
	created := &collection{size: size}
	created.add("create with an address", "{"+recipient+`,"recipientEmailAddress":"`, "a.", `@b"}`)
	created.add("create with a domain", "{"+recipient+`,"recipientEmailAddress":"a@`, "a.", `b"}`)
	created.put(keys("create with keys", size, "{"+recipient+",", `"%d":0,`, `"z":0}`))
	for index := range created.all {
		created.all[index].Header = create
	}
	return append(c.all, created.all...)
}

func request(method, path string) http.Header {
	return http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {method}, "Content-Type": {"application/json"},
		"Fn-Http-Request-Url": {"/20230401/senderInvitations" + path}}
}
