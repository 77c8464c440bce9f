package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/settings"
)

// distrusted skips the check, and returns true, if its call failed because of the credentials: with a 401, or unsigned.
func (e *examination) distrusted(check *Check, p *probe) bool {
	if e.report.Credentials.Fault == "" || !p.refused() && !p.unsigned() {
		return false
	}
	check.skip("OCI does not accept the credentials")
	return true
}

func (e *examination) organizationsRegion() string {
	return cmp.Or(e.Config.OrganizationsRegion, e.region)
}

// checkRegion checks that the region of Organizations is one of the sender tenancy's realm. Nothing is known of a region that is newer than
// the SDK.
func (e *examination) checkRegion() {
	check, region := &e.report.Region, e.organizationsRegion()
	check.Found = RegionFound{Principal: e.region, Organizations: region}
	realm, err := common.StringToRegion(region).RealmID()
	tenancy := ocid.Realm(cmp.Or(e.Config.CompartmentOCID, e.principal.Tenancy))
	switch {
	case e.Config.OrganizationsRegion == "":
	case err != nil:
		check.remark("ORGANIZATIONS_REGION is " + region + ", which is not among the regions that this program knows: check how it is spelled, as in " +
			"us-ashburn-1, unless it is new")
	case tenancy != "" && realm != tenancy:
		check.fail(fmt.Sprintf("ORGANIZATIONS_REGION is %s, a region of realm %s, but the sender tenancy is of realm %s", region, realm, tenancy),
			"set ORGANIZATIONS_REGION to the home region, which oci iam region-subscription list shows (is-home-region), or unset it")
	}
}

func (e *examination) checkOrganizations() {
	check, p := &e.report.Organizations, e.listing
	check.Found = p.found()
	switch {
	case e.distrusted(check, p):
	case p.err != nil && e.report.Region.Fault != "":
		check.skip("the region is of another realm")
	case p.err == nil:
		if !isList(p.got) {
			check.fail(p.notTheAPI())
		}
		e.foreignSender(p)
	case p.forbidden() && strings.Contains(strings.ToLower(spoken(p.err)), "home region"):
		e.report.Region.fail(fmt.Sprintf("%s is not the home region: %s", e.organizationsRegion(), spoken(p.err)),
			"set ORGANIZATIONS_REGION to the home region, which oci iam region-subscription list shows (is-home-region); "+
				"unset ORGANIZATIONS_ENDPOINT, which overrides it")
		check.skip("the region is not the home region")
	case p.forbidden() && e.foreignSender(p):
		check.skip("COMPARTMENT_OCID is not the principal's tenancy")
	case p.forbidden():
		check.fail(spoken(p.err), e.policy("manage organizations-family in tenancy"))
	default:
		check.fail(p.fault(e))
	}
}

// isList reports whether the answer is a page of a list.
func isList(got oci.Answer) bool {
	var page struct{ Items []json.RawMessage }
	return json.Unmarshal(got.Body, &page) == nil && page.Items != nil
}

// foreignSender reports whether COMPARTMENT_OCID is not the principal's tenancy. That is a fault unless Organizations accepts it, for
// policies between the two tenancies can allow it.
func (e *examination) foreignSender(p *probe) bool {
	sender, tenancy := e.Config.CompartmentOCID, e.principal.Tenancy
	if sender == "" || tenancy == "" || sender == tenancy {
		return false
	}
	if p.err == nil {
		e.report.Settings.remark("COMPARTMENT_OCID is not the principal's tenancy, but Organizations accepts it")
		return true
	}
	e.report.Settings.fail(fmt.Sprintf("COMPARTMENT_OCID is %s, but the principal's tenancy is %s: %s", sender, tenancy, spoken(p.err)),
		"unset COMPARTMENT_OCID, or act as a principal of the sender tenancy (AUTH, OCI_CLI_PROFILE)")
	return true
}

// policy returns the remedy that allows the principal to do what.
func (e *examination) policy(what string) string {
	switch {
	case e.Config.Auth == settings.AuthConfigFile:
		return "add the policy statement: Allow group <name> to " + what + ", where <name> is a group of the user"
	case e.Config.Auth == settings.AuthInstancePrincipal:
		return "add the policy statement: Allow dynamic-group <name> to " + what + ", where <name> is a dynamic group of the instance"
	}
	return fmt.Sprintf("add the policy statement: Allow dynamic-group <name> to %s, where <name> is a dynamic group with the matching rule "+
		"ALL {resource.type = 'fnfunc', resource.id = '%s'}; it takes up to 15 minutes to work for a function", what, cmp.Or(e.principal.Principal, "<function>"))
}
