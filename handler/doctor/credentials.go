package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events/private"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/settings"
)

// maxSkew is the largest difference that OCI accepts between a request's date and its own clock
// (https://docs.oracle.com/iaas/Content/API/References/apierrors.htm, 401 NotAuthenticated).
const maxSkew = 5 * time.Minute

// principalOf returns the principal of the provider, and its region. What the provider does not know stays empty.
func principalOf(c settings.Config, provider common.ConfigurationProvider) (found CredentialsFound, region string) {
	found.Auth = c.Auth
	found.Tenancy, _ = provider.TenancyOCID()
	found.Principal, _ = provider.UserOCID()
	region, _ = provider.Region()
	if subject := oci.Claim(provider, "sub"); ocid.Is(fmt.Sprint(subject)) {
		found.Principal = fmt.Sprint(subject)
	}
	if compartment := oci.Claim(provider, "res_compartment"); ocid.Is(fmt.Sprint(compartment)) {
		found.Compartment = fmt.Sprint(compartment)
	}
	if expires := oci.Claim(provider, "exp"); expires != nil {
		seconds, _ := expires.(float64)
		found.Expires = time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339)
	}
	return found, region
}

// The remedies for credentials that cannot be read.
const (
	redeploy = "deploy the function again (fn deploy --app <app> --no-bump), so that the platform writes new credentials; outside OCI Functions " +
		"there is no resource principal: set AUTH=config_file or AUTH=instance_principal"
	setUpProfile  = "run oci setup config, or set OCI_CONFIG_FILE and OCI_CLI_PROFILE to a file and a profile that exist"
	mendProfile   = "compare the profile with https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm, or run oci setup config"
	restart       = "check that the instance exists and is in the tenancy shown here, then restart this program to get a new token"
	notAnInstance = "run this on a compute instance of OCI, or set AUTH=resource_principal (on OCI Functions) or AUTH=config_file"
)

var errLateReading = errors.New("the credentials cannot be read in time")

// unreadables maps the errors of reading and signing to faults. An error that contains one of the signs, which | separates, has the
// fault. The error itself is not reported, for it can quote a token. {name} stands for the variable or the profile, {file} for the
// configuration file, {reason} for why one cannot be read. The remedy "" is that of the kind of credentials.
var unreadables = []struct{ signs, fault, remedy string }{
	{"header User-Agent cannot be sent", "OCI_SDK_APPEND_USER_AGENT has a line break or another control character", "correct or unset OCI_SDK_APPEND_USER_AGENT"},
	{"cannot be sent", "the session token, or what else names the key, has a line break or another control character", ""},
	{"does not belong", "the private key does not belong to the session token", ""},
	{"keys are insecure|too long for RSA", "the private key is too short: OCI takes RSA keys of 2048 bits and more", ""},
	{"environment variable", "there is no resource principal: {name} is not set, or not valid", redeploy},
	{"failed to parse the token string", "the session token (OCI_RESOURCE_PRINCIPAL_RPST) is malformed", redeploy},
	{"failed to read security token", "the file of the session token (OCI_RESOURCE_PRINCIPAL_RPST) cannot be read", redeploy},
	{"can not read private privateKey pem", "the file of the private key (OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM) cannot be read", redeploy},
	{"private privateKey", "the private key (OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM) is malformed", redeploy},
	{"interface conversion", "the session token (OCI_RESOURCE_PRINCIPAL_RPST) is malformed: it has no expiry", redeploy},
	{"no such claim", "the session token (OCI_RESOURCE_PRINCIPAL_RPST) is malformed: it has no tenancy", redeploy},
	{"can not read config file", "the configuration file (OCI_CONFIG_FILE) cannot be read: {reason}", setUpProfile},
	{"content is empty", "the configuration file {file} (OCI_CONFIG_FILE) is empty", setUpProfile},
	{"did not contain profile", "the configuration file {file} has no profile {name} (OCI_CLI_PROFILE)", setUpProfile},
	{"can not read PrivateKey", "the key_file of profile {name} cannot be read: {reason}", "correct key_file in {file}, and write the path in full: ~ there is the folder in the system's list of users, whatever HOME is"},
	{"missing from file", "profile {name} of {file} lacks an entry: user, fingerprint, key_file, tenancy and region are required", mendProfile},
	{"private key|PEM data|decryption password", "the key_file of profile {name} is malformed, or its pass_phrase is wrong", mendProfile},
}

// unreadable returns the fault and the remedy for credentials that cannot be read.
func unreadable(c settings.Config, err error) (fault, remedy string) {
	if errors.Is(err, errLateReading) {
		return "the credentials cannot be read in time: the instance metadata service does not answer", notAnInstance
	}
	text := err.Error()
	name := regexp.MustCompile(`OCI_RESOURCE_PRINCIPAL_[A-Z_]+`).FindString(text) // the variable's
	if c.Auth == settings.AuthConfigFile {
		name = c.OCIConfigProfile
	}
	values := strings.NewReplacer("{name}", private.Text(cmp.Or(name, "a variable")), "{file}", private.Text(c.OCIConfigFile), "{reason}", reasonOf(text))
	for _, known := range unreadables {
		said := func(sign string) bool { return strings.Contains(text, sign) }
		if slices.ContainsFunc(strings.Split(known.signs, "|"), said) {
			return values.Replace(known.fault), values.Replace(cmp.Or(known.remedy, renew(c.Auth)))
		}
	}
	return "the credentials cannot be read; the log says why", "set AUTH to where the credentials are: " +
		"resource_principal on OCI Functions, instance_principal on a compute instance, else config_file"
}

// notRead matches what the system says of a file that cannot be read: what it did, the path, the error.
var notRead = regexp.MustCompile(`(?m)^.*due to: (open|read) (.*): ([^:]+)$`)

// reasonOf returns why a file cannot be read. It leaves out the path if that may be a key, which somebody wrote in place of its file.
func reasonOf(text string) string {
	found := notRead.FindStringSubmatch(text)
	if found == nil {
		return "the log says why"
	}
	if did, path, fault := found[1], found[2], found[3]; oci.WithoutKey(path) == path {
		return did + " " + private.Text(path) + ": " + fault
	}
	return found[3]
}

// renew returns the remedy for credentials of the kind that can be read, but are of no use.
func renew(auth string) string {
	switch auth {
	case settings.AuthConfigFile:
		return mendProfile
	case settings.AuthInstancePrincipal:
		return restart
	}
	return redeploy
}

// checkCredentials checks that OCI accepts the credentials. Any answer but a 401 shows that it does.
func (e *examination) checkCredentials() {
	check := &e.report.Credentials
	var refused *probe
	accepted := false
	for _, p := range e.probes() {
		if p.dated && (e.principal.ClockBehindSeconds == nil || p.refused()) {
			seconds := int(p.behind.Seconds())
			e.principal.ClockBehindSeconds = &seconds
		}
		switch {
		case p.unsigned():
			check.fail("the credentials can no longer be read, or no longer sign a request", renew(e.Config.Auth))
		case p.refused():
			refused = p
		case p.spoke():
			accepted = true
		}
	}
	check.Found = e.principal
	expires, err := time.Parse(time.RFC3339, e.principal.Expires)
	switch {
	case accepted:
	case refused != nil && refused.behind.Abs() > maxSkew:
		check.fail(clockFault(refused))
	case err == nil && !time.Now().Before(expires):
		check.fail("the session token expired at "+e.principal.Expires, "deploy the function again (fn deploy --app <app> --no-bump). If "+
			"OCI_RESOURCE_PRINCIPAL_RPST holds the token itself, set it to the path of a file instead: the platform renews only a token in a file")
	case refused != nil:
		check.fail(spoken(refused.err), e.remedyOfRefusal())
	}
}

// clockFault tells how wrong this clock is, to ten seconds: the date of an answer is cut to a second, and the answer takes some time.
func clockFault(p *probe) (fault, remedy string) {
	side := "behind"
	if p.behind < 0 {
		side = "ahead of"
	}
	return fmt.Sprintf("this clock is %s %s OCI's: %s", p.behind.Abs().Round(10*time.Second), side, spoken(p.err)),
		"set the clock (timedatectl set-ntp true; on OCI, chronyd with server 169.254.169.254): OCI refuses requests that are more than " +
			"5 minutes off. A container has the clock of its host; on OCI Functions, open a service request"
}

func (e *examination) remedyOfRefusal() string {
	switch e.Config.Auth {
	case settings.AuthConfigFile:
		return fmt.Sprintf("compare user and fingerprint of profile %s with oci iam user api-key list --user-id <user>; a profile with a "+
			"security_token_file needs a new session: oci session authenticate --profile-name <profile>", private.Text(e.Config.OCIConfigProfile))
	case settings.AuthInstancePrincipal:
		return restart
	}
	return "the token was revoked, or does not match the key; reading both again did not help: deploy the function again " +
		"(fn deploy --app <app> --no-bump), so that the platform issues new ones"
}
